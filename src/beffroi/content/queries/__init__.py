"""All reads of the room. What residents see is in `public`; what agents see in `desk`."""
