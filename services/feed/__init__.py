"""Events for those outside: who may see which, how they are written, and where a reader goes on."""
