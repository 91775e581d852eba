-- Optional: run when the Citus extension is there. The directory, access keys, people and leases go to every node; all that a
-- ledger owns goes where the ledger is, so an append stays on one node. Triggers on distributed tables need the setting.

SET LOCAL citus.enable_unsafe_triggers = on;
SELECT create_reference_table('ledgers');
SELECT create_reference_table('access_keys');
SELECT create_reference_table('leases');
SELECT create_reference_table('users');
SELECT create_reference_table('user_recovery_codes');
SELECT create_reference_table('user_tokens');
SELECT create_reference_table('user_sessions');
SELECT create_reference_table('sign_in_failures');
SELECT create_reference_table('rate_limits');
SELECT create_distributed_table('heads', 'ledger_id');
SELECT create_distributed_table('entries', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('seals', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('disclosures', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('operations', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('tracking', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('checkpoints', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('anchors', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('drafts', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('access_grants', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('webhook_endpoints', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('webhook_tries', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('webhook_dead_letters', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('outbox', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('message_templates', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('message_settings', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('user_roles', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('provider_accounts', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('online_collections', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('signing_codes', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('signing_files', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('purges', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('erased', 'ledger_id', colocate_with => 'heads');
