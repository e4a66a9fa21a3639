"""What mail hosts report of a domain: DMARC (who wrote in its name) and TLS (did encryption work). Read without trust."""
