"""What follows from events of grants: commands on other streams, sent by the system with the event as their cause."""
