"""The formats questions come in and go out by: one module each, all with the same draft and the same findings. Pure."""
