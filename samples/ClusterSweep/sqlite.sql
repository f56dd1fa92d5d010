-- Grain storage for Orleans.Persistence.AdoNet, which reads its queries from the table OrleansQuery. Each write and each clearing returns
-- the new version, or the caller's own version if another write came first. (No RETURNING: its statement commits only when the reader is
-- disposed, and Microsoft.Data.Sqlite does not wait for other connections there.)
CREATE TABLE OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);

CREATE TABLE GrainState
(
    ServiceId TEXT NOT NULL,
    GrainType TEXT NOT NULL,
    N0 INTEGER NOT NULL,
    N1 INTEGER NOT NULL,
    Extension TEXT NOT NULL,
    Payload BLOB NULL,
    Version INTEGER NOT NULL,
    PRIMARY KEY (ServiceId, GrainType, N0, N1, Extension)
);

INSERT INTO OrleansQuery VALUES ('WriteToStorageKey', '
    INSERT INTO GrainState
    SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, IFNULL(@GrainIdExtensionString, ''''), @PayloadBinary, 1
    WHERE @GrainStateVersion IS NULL OR EXISTS (
        SELECT 1 FROM GrainState
        WHERE ServiceId = @ServiceId AND GrainType = @GrainTypeString AND N0 = @GrainIdN0 AND N1 = @GrainIdN1
            AND Extension = IFNULL(@GrainIdExtensionString, ''''))
    ON CONFLICT DO UPDATE SET Payload = excluded.Payload, Version = GrainState.Version + 1 WHERE GrainState.Version = @GrainStateVersion;
    SELECT IFNULL(@GrainStateVersion, 0) + changes() AS NewGrainStateVersion WHERE changes() = 1 OR @GrainStateVersion IS NOT NULL;
');

INSERT INTO OrleansQuery VALUES ('ReadFromStorageKey', '
    SELECT Payload AS PayloadBinary, Version FROM GrainState
    WHERE ServiceId = @ServiceId AND GrainType = @GrainTypeString AND N0 = @GrainIdN0 AND N1 = @GrainIdN1
        AND Extension = IFNULL(@GrainIdExtensionString, '''');
');

INSERT INTO OrleansQuery VALUES ('ClearStorageKey', '
    UPDATE GrainState SET Payload = NULL, Version = Version + 1
    WHERE ServiceId = @ServiceId AND GrainType = @GrainTypeString AND N0 = @GrainIdN0 AND N1 = @GrainIdN1
        AND Extension = IFNULL(@GrainIdExtensionString, '''') AND Version = @GrainStateVersion;
    SELECT IFNULL(@GrainStateVersion, 0) + changes() AS NewGrainStateVersion WHERE changes() = 1 OR @GrainStateVersion IS NOT NULL;
');
