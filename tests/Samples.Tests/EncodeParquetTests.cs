using System.Diagnostics;
using System.Globalization;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using EncodeParquet;
using Microsoft.ML;
using Microsoft.ML.Data;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Disentangle.ML.Samples.Tests;

// One test measures the memory of the process, to which tests that run at the same time would add.
[CollectionDefinition(nameof(EncodeParquetTests), DisableParallelization = true)]
[Collection(nameof(EncodeParquetTests))]
public sealed class EncodeParquetTests : IDisposable
{
    private const int Width = 6, GroupSize = 500;
    private readonly string _folder = Directory.CreateTempSubdirectory("parquet").FullName;
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class Row
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public string Group { get; set; } = "";
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Rows => Path.Combine(_folder, "rows");

    private string Encoded => Path.Combine(_folder, "encoded");

    private static float[] Features(int i) =>
        [.. Enumerable.Range(0, Width).Select(j => (j % 2 == i % 2 ? 2 : 0) + (i * 31 + j * 17) % 100 / 100f)];

    private string Save(bool onnx)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(
            Enumerable.Range(0, 60).Select(i => new Row { Features = Features(i), Group = i % 2 == 0 ? "even" : "odd" }));
        ITransformer model = _ml.Transforms.Conversion.MapValueToKey("GroupKey", "Group")
            .Append(_ml.Transforms.DisentangleEncoder("Embedding", "Features", "GroupKey",
                new DisentangleEncoderOptions { Network = Network.Mlp([8], 3), Epochs = 1, BatchSize = 32, Seed = 1 }))
            .Append(_ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 2)).Fit(data);
        string path = Path.Combine(_folder, onnx ? "model.onnx" : "model.zip");
        if (onnx)
            _ml.Model.ExportToOnnx(model, data.Schema, path, new() { OutputColumns = ["Embedding", "PredictedLabel"] });
        else
            DisentangleModel.Save(_ml, model, data.Schema, path);
        return path;
    }

    /// <summary>Partitions of the given numbers of row groups.</summary>
    private Task WriteAsync(params int[] groups) => WriteAsync(GroupSize, groups);

    private async Task WriteAsync(int groupSize, int[] groups)
    {
        var schema = new ParquetSchema(new DataField<string>("Name"), new DataField<long>("Id", false),
            new ListField("Features", new DataField<float>(ListField.ElementName, false)));
        int row = 0;
        for (int file = 0; file < groups.Length; file++)
        {
            string folder = Directory.CreateDirectory(Path.Combine(Rows, $"day={file}")).FullName;
            await using FileStream stream = File.Create(Path.Combine(folder, "part.parquet"));
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream, cancellationToken: Token);
            for (int group = 0; group < groups[file]; group++, row += groupSize)
            {
                int[] ids = [.. Enumerable.Range(row, groupSize)];
                using ParquetRowGroupWriter written = writer.CreateRowGroup();
                await ParquetColumns.WriteAsync(written, schema.DataFields[0], new TextColumn([.. ids.Select(Name)!]), Token);
                await ParquetColumns.WriteAsync(written, schema.DataFields[1], new IntegerColumn([.. ids.Select(id => (long)id)]), Token);
                await ParquetColumns.WriteAsync(written, schema.DataFields[2],
                    new NumberColumn([.. ids.SelectMany(Features)], [.. Enumerable.Range(1, groupSize).Select(i => i * Width)]), Token);
            }
        }
    }

    private static string? Name(int id) => id % 10 == 3 ? null : $"row {id}";

    private EncodingJob Job(string model) => new(model, Rows, Encoded) { Columns = ["Embedding", "PredictedLabel"], Kept = ["Id", "Name"] };

    private sealed record Result(long Id, string? Name, string Embedding, long Cluster);

    private static string Text(float[] values) => string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The rows of all files of the output, in the order of the files' names.</summary>
    private async Task<List<Result>> ReadAsync()
    {
        var results = new List<Result>();
        foreach (string file in Directory.GetFiles(Encoded, "*").Order(StringComparer.Ordinal))
        {
            await using ParquetReader reader = await ParquetReader.CreateAsync(file, cancellationToken: Token);
            Assert.Equal(["Id", "Name", "Embedding", "PredictedLabel"], reader.Schema.Fields.Select(field => field.Name));
            foreach (ParquetRowGroupReader group in reader.RowGroups)
            {
                using RawColumnData id = await group.ReadRawColumnDataBaseAsync(reader.Schema.DataFields[0], Token);
                using RawColumnData name = await group.ReadRawColumnDataBaseAsync(reader.Schema.DataFields[1], Token);
                var embedding = (NumberColumn)await ParquetColumns.ReadAsync(
                    group, reader.Schema.DataFields[2], new ColumnShape("Embedding", ColumnKind.Number, 3), Token);
                using RawColumnData cluster = await group.ReadRawColumnDataBaseAsync(reader.Schema.DataFields[3], Token);
                long[] ids = [.. ((RawColumnData<long>)id).Values], clusters = [.. ((RawColumnData<long>)cluster).Values];
                string?[] names = [.. ((RawColumnData<ReadOnlyMemory<char>>)name).NullableValues.Select(text => text?.ToString())];
                results.AddRange(ids.Select((value, i) => new Result(value, names[i], Text(embedding.Row(i).ToArray()), clusters[i])));
            }
        }
        return results;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_processes_together_write_what_one_writes(bool onnx)
    {
        string model = Save(onnx);
        await WriteAsync(2, 1, 4);
        await Job(model).RunAsync(token: Token);
        List<Result> alone = await ReadAsync();
        Directory.Delete(Encoded, recursive: true);

        Process[] processes = [.. new[] { "1/2", "2/2" }.Select(share => Process.Start("dotnet", [
            Path.Combine(AppContext.BaseDirectory, "EncodeParquet.dll"), model, Rows, Encoded, "--share", share,
            "--columns", "Embedding", "PredictedLabel", "--keep", "Id", "Name"]))];
        foreach (Process process in processes)
        {
            await process.WaitForExitAsync(Token);
            Assert.Equal(0, process.ExitCode);
        }
        Assert.Equal(["part-00001-of-00002.parquet", "part-00002-of-00002.parquet"],
            Directory.GetFiles(Encoded).Select(Path.GetFileName).Order());
        Assert.Equal(alone, await ReadAsync());

        Assert.Equal(Enumerable.Range(0, 7 * GroupSize).Select(id => ((long)id, Name(id))), alone.Select(row => (row.Id, row.Name)));
        Assert.Equal([1, 2], alone.Select(row => row.Cluster).Distinct().Order());
        if (!onnx)
        {
            ITransformer loaded = _ml.Model.Load(model, out _);
            IDataView expected = loaded.Transform(
                _ml.Data.LoadFromEnumerable(alone.Select(row => new Row { Features = Features((int)row.Id) })));
            Assert.Equal(expected.GetColumn<float[]>("Embedding").Select(Text), alone.Select(row => row.Embedding));
            Assert.Equal(expected.GetColumn<uint>("PredictedLabel").Select(cluster => (long)cluster), alone.Select(row => row.Cluster));
        }
    }

    [Fact]
    public async Task The_zip_and_the_ONNX_file_agree()
    {
        await WriteAsync(2);
        await Job(Save(onnx: false)).RunAsync(token: Token);
        List<Result> zip = await ReadAsync();
        await Job(Save(onnx: true)).RunAsync(token: Token);
        List<Result> onnx = await ReadAsync();
        Assert.Equal(zip.Select(row => row.Cluster), onnx.Select(row => row.Cluster));
        static IEnumerable<float> Values(List<Result> rows) =>
            rows.SelectMany(row => row.Embedding.Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture)));
        Assert.All(Values(zip).Zip(Values(onnx)), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public async Task More_shares_than_row_groups_write_files_without_rows()
    {
        string model = Save(onnx: false);
        await WriteAsync(1);
        for (int i = 1; i <= 3; i++)
            await (Job(model) with { Share = new Share(i, 3) }).RunAsync(token: Token);
        Assert.Equal(3, Directory.GetFiles(Encoded).Length);
        Assert.Equal(GroupSize, (await ReadAsync()).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Memory_does_not_grow_with_the_number_of_row_groups(bool onnx)
    {
        string model = Save(onnx);
        const int groupSize = 5000;
        await WriteAsync(groupSize, [10, 10, 10]);
        var held = new List<long>();
        await Job(model).RunAsync(_ => held.Add(GC.GetTotalMemory(forceFullCollection: true)), Token);
        Assert.Equal(30, held.Count);
        // Only the description of each row group stays, for the end of the file: about 3 kB. Features alone take 120 kB a group. The median
        // ignores the steps at which a pool of arrays grows.
        long[] growth = [.. held.Skip(1).Zip(held, (later, earlier) => later - earlier).Order()];
        Assert.InRange(growth[growth.Length / 2], long.MinValue, groupSize * Width * sizeof(float) / 4);
    }

    [Fact]
    public async Task A_missing_column_is_found_before_anything_is_written_and_the_old_file_stays()
    {
        string model = Save(onnx: false);
        await WriteAsync(2);
        string file = await Job(model).RunAsync(token: Token);
        byte[] old = await File.ReadAllBytesAsync(file, Token);
        string rows = Path.Combine(Rows, "day=0", "part.parquet");

        var e = await Assert.ThrowsAsync<InvalidDataException>(() => (Job(model) with { Columns = [] }).RunAsync(token: Token));
        Assert.Equal($"'{rows}' has no column 'Group'; its columns are Name, Id, Features.", e.Message);
        e = await Assert.ThrowsAsync<InvalidDataException>(() => (Job(model) with { Columns = ["Embeding"] }).RunAsync(token: Token));
        Assert.Contains("gives no column 'Embeding'; its columns are Features, Group, GroupKey, Embedding", e.Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => (Job(model) with { Kept = ["Features"] }).RunAsync(token: Token));
        using (var stop = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Job(model).RunAsync(_ => stop.Cancel(), stop.Token));
        await File.WriteAllTextAsync(rows, "no Parquet", Token);
        e = await Assert.ThrowsAsync<InvalidDataException>(() => Job(model).RunAsync(token: Token));
        Assert.StartsWith($"'{rows}' cannot be read as Parquet", e.Message);
        EncodingJob absent = Job(model) with { Input = Path.Combine(_folder, "none.parquet") };
        await Assert.ThrowsAsync<FileNotFoundException>(() => absent.RunAsync(token: Token));
        Assert.Equal(old, await File.ReadAllBytesAsync(file, Token));
        Assert.Equal([file], Directory.GetFiles(Encoded));
    }

    [Fact]
    public void Shares_cover_all_items_once()
    {
        foreach ((int items, int count) in new[] { (10, 3), (2, 5), (7, 7), (1000, 1) })
        {
            int[] all = [.. Enumerable.Range(0, items)];
            Assert.Equal(all, Enumerable.Range(1, count).SelectMany(number => all[new Share(number, count).Of(items)]));
        }
        Assert.All(new[] { "0/2", "3/2", "1", "a/b", "1/2/3", "-1/2" }, text => Assert.False(Share.TryParse(text, out _)));
    }
}
