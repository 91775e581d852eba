-- Which keys an account holds, as keyed digests (HMAC under the server's key, beside the database), so that the same ones
-- are not set up in two ledgers. Separated by spaces; empty for accounts that were set up before.

ALTER TABLE provider_accounts ADD COLUMN marks TEXT NOT NULL DEFAULT '';
