using Microsoft.Data.Sqlite;

namespace ClusterSweep;

/// <summary>Grain storage in a SQLite file: for one machine, or for a few silos on a shared disk.</summary>
public static class SqliteStorage
{
    /// <summary>Adds the storage that keeps finished trials, and creates the file and its tables if they are missing.</summary>
    public static ISiloBuilder AddSqliteSweepStorage(this ISiloBuilder silo, string path)
    {
        string connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        using (var connection = new SqliteConnection(connectionString))
        {
            connection.Open();
            // Several silos may start at the same time.
            using SqliteTransaction transaction = connection.BeginTransaction();
            if (Scalar(connection, transaction, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'OrleansQuery'") is 0L)
            {
                using Stream script = typeof(SqliteStorage).Assembly.GetManifestResourceStream("sqlite.sql")!;
                using var reader = new StreamReader(script);
                Scalar(connection, transaction, reader.ReadToEnd());
            }
            transaction.Commit();
        }
        // The name under which Orleans knows Microsoft.Data.Sqlite.
        return silo.AddAdoNetGrainStorage("Sweeps", options =>
            (options.Invariant, options.ConnectionString) = ("System.Data.SQLite", connectionString));
    }

    private static object? Scalar(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        return command.ExecuteScalar();
    }
}
