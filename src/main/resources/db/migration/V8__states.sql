DROP INDEX resource_state_upd, resource_state_sdate;
ALTER INDEX resource_some_state_upd RENAME TO resource_state_upd;
ALTER INDEX resource_some_state_sdate RENAME TO resource_state_sdate;
