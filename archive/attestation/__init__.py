"""The editor's individual attestation (BOI-LETTRE-000242), per licence holder and version, as a PDF."""
