"""The DNS records that a domain's mail needs: which they are, and whether what the world sees does the same, whatever its wording."""
