"""Who somebody is: signed tokens that name a person, and nothing about what that person may do."""
