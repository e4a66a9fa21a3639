"""What `./beffroi` does once inside the virtual environment; one module per command."""
