-- These keys, which the inner part of a chain or _has brings; more of them than may be are an error with a text for the caller.
CREATE FUNCTION at_most(most integer, inner_type text, keys bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF cardinality(keys) > most THEN
        RAISE EXCEPTION USING ERRCODE = 'TC001',
            MESSAGE = format('The chained part matches more than %s resources of type %s; narrow it', most, inner_type);
    END IF;
    RETURN keys;
END $$;

-- Half of the types have no principal status: their rows need no entries by it. V8 puts these in the place of the old ones, so that
-- nobody who reads waits while they are built, however long that takes.
SET LOCAL statement_timeout = 0;
CREATE INDEX resource_some_state_upd ON resource (state, upd, pk) WHERE state IS NOT NULL;
CREATE INDEX resource_some_state_sdate ON resource (state, sdate, pk) WHERE state IS NOT NULL;
