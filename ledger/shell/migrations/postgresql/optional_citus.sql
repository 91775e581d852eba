-- Optional: run when the Citus extension is there. The directory, the access keys and the leases go to every node; all that a
-- ledger owns goes where the ledger is, so an append stays on one node. Triggers on distributed tables need the setting.

SET LOCAL citus.enable_unsafe_triggers = on;
SELECT create_reference_table('ledgers');
SELECT create_reference_table('access_keys');
SELECT create_reference_table('leases');
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
SELECT create_distributed_table('purges', 'ledger_id', colocate_with => 'heads');
SELECT create_distributed_table('erased', 'ledger_id', colocate_with => 'heads');
