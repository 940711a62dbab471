"""Where settings come from: options, the environment, a TOML file; and whether they can be meant."""
