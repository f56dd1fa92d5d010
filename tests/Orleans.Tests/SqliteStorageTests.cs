using ClusterSweep;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;

namespace Disentangle.ML.Orleans.Tests;

public sealed class SqliteStorageTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public SqliteStorageTests()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo.UseLocalhostClustering().AddSqliteSweepStorage(_path));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        File.Delete(_path);
    }

    [Fact]
    public void A_write_is_kept_while_others_read_and_write()
    {
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, grain =>
        {
            object? version = DBNull.Value;
            for (int i = 1; i <= 100; i++)
            {
                version = Call("WriteToStorageKey", grain, version, [(byte)i])[0];
                Assert.Equal((long)i, version);
                Assert.Equal([new[] { (byte)i }, version], Call("ReadFromStorageKey", grain, version));
            }
        });
    }

    [Fact]
    public void A_write_to_an_older_version_changes_nothing()
    {
        object first = Call("WriteToStorageKey", 1, DBNull.Value, [1])[0];
        object second = Call("WriteToStorageKey", 1, first, [2])[0];
        Assert.Equal((1L, 2L), (first, second));
        Assert.Equal(first, Call("WriteToStorageKey", 1, first, [3])[0]);
        Assert.Empty(Call("WriteToStorageKey", 1, DBNull.Value, [4]));
        Assert.Equal(first, Call("ClearStorageKey", 1, first)[0]);
        Assert.Equal([new byte[] { 2 }, second], Call("ReadFromStorageKey", 1, second));
        Assert.Equal(3L, Call("ClearStorageKey", 1, second)[0]);
        Assert.Equal([DBNull.Value, 3L], Call("ReadFromStorageKey", 1, second));
    }

    // As Orleans does: the first row of the query's result, or none.
    private object[] Call(string query, int grain, object? version, byte[]? payload = null)
    {
        using var connection = new SqliteConnection($"Data Source={_path}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT QueryText FROM OrleansQuery WHERE QueryKey = @key";
        command.Parameters.AddWithValue("@key", query);
        command.CommandText = (string)command.ExecuteScalar()!;
        command.Parameters.Clear();
        foreach ((string name, object? value) in new (string, object?)[]
        {
            ("@ServiceId", "sweeps"), ("@GrainTypeString", "trial"), ("@GrainIdN0", 0), ("@GrainIdN1", grain),
            ("@GrainIdExtensionString", DBNull.Value), ("@GrainStateVersion", version), ("@PayloadBinary", payload ?? (object)DBNull.Value),
        })
            command.Parameters.AddWithValue(name, value);
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read())
            return [];
        var row = new object[reader.FieldCount];
        reader.GetValues(row);
        return row;
    }
}
