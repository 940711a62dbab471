"""What every domain stands on: events, aggregates, commands, refusals, rules, calendar, money, texts."""
