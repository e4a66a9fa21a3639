"""All writes of the room. Callers use the modules: `themes`, `subscribing`, `preferences`, `paper`, `imports`…"""
