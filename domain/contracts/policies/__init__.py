"""What follows from events of contracts: commands on other streams, sent by the system, the event as their cause."""
