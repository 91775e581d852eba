"""The world around the rules: stores, recorder, keys, writer, service, verification."""
