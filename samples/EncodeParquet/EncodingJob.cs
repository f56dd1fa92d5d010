using Parquet;
using Parquet.Schema;

namespace EncodeParquet;

/// <summary>Applies a model to Parquet files, one row group after the other.</summary>
/// <param name="Model">The model: a zip, or an ONNX file with the ending .onnx.</param>
/// <param name="Input">A Parquet file, or a folder with any number of them at any depth.</param>
/// <param name="Output">The folder to write to.</param>
public sealed record EncodingJob(string Model, string Input, string Output)
{
    /// <summary>The part of all row groups that is encoded. Default: all.</summary>
    public Share Share { get; init; } = new(1, 1);

    /// <summary>The model's columns to write. Default: all.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Columns of the input to write as they are, such as an identifier.</summary>
    public IReadOnlyList<string> Kept { get; init; } = [];

    /// <summary>Encodes the row groups of this share.</summary>
    /// <param name="progress">Is called after each row group, with its number of rows.</param>
    /// <param name="token">Stops the work; an older output stays.</param>
    /// <returns>The file: its row groups are those of the input, in their order.</returns>
    /// <exception cref="IOException">A file is not there, or cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or lacks a column; the message names both.</exception>
    public async Task<string> RunAsync(Action<int>? progress = null, CancellationToken token = default)
    {
        using IModel model = Path.GetExtension(Model) == ".onnx" ? new OnnxModel(Model, Columns) : new ZipModel(Model, Columns);
        // Every file is looked at before the work begins: one that lacks a column is found now and not after hours.
        (string File, int Group)[] groups = await RowGroupsAsync(model, token);
        (string File, int Group)[] share = groups[Share.Of(groups.Length)];
        Directory.CreateDirectory(Output);
        string target = Path.Combine(Output, $"part-{Share.Number:D5}-of-{Share.Count:D5}.parquet");
        string temporary = $"{target}.tmp";
        try
        {
            await using (FileStream stream = File.Create(temporary))
                await WriteAsync(model, share, groups[0].File, stream, progress, token);
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
        return target;
    }

    private async Task<(string File, int Group)[]> RowGroupsAsync(IModel model, CancellationToken token)
    {
        string[] files = Directory.Exists(Input)
            ? [.. Directory.EnumerateFiles(Input, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [Input];
        var groups = new List<(string File, int Group)>();
        foreach (string file in files)
        {
            await using ParquetReader reader = await OpenAsync(file, token);
            foreach (ColumnShape input in model.Inputs)
                ParquetColumns.Find(reader.Schema, input, file);
            foreach (string kept in Kept)
                ParquetColumns.Copy(ParquetColumns.Find(reader.Schema, kept, file));
            groups.AddRange(Enumerable.Range(0, reader.RowGroupCount).Select(group => (file, group)));
        }
        return groups.Count > 0
            ? [.. groups]
            : throw new FileNotFoundException($"There are no rows in '{Input}'; expected a Parquet file or a folder of them.");
    }

    private async Task WriteAsync(
        IModel model, (string File, int Group)[] share, string anyFile, Stream target, Action<int>? progress, CancellationToken token)
    {
        string opened = share.Length > 0 ? share[0].File : anyFile;
        ParquetReader reader = await OpenAsync(opened, token);
        try
        {
            var schema = new ParquetSchema([.. Kept.Select(name => ParquetColumns.Copy(ParquetColumns.Find(reader.Schema, name, opened))),
                .. model.Outputs.Select(ParquetColumns.Field)]);
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, target, cancellationToken: token);
            foreach ((string file, int index) in share)
            {
                token.ThrowIfCancellationRequested();
                if (file != opened)
                {
                    await reader.DisposeAsync();
                    (reader, opened) = (await OpenAsync(file, token), file);
                }
                using ParquetRowGroupReader group = reader.OpenRowGroupReader(index);
                if (group.RowCount == 0)
                    continue;
                var inputs = new List<Column>();
                foreach (ColumnShape shape in model.Inputs)
                    inputs.Add(await ParquetColumns.ReadAsync(group, ParquetColumns.Find(reader.Schema, shape, file), shape, token));
                IReadOnlyList<Column> outputs = model.Run(inputs);
                using ParquetRowGroupWriter written = writer.CreateRowGroup();
                for (int i = 0; i < Kept.Count; i++)
                {
                    await ParquetColumns.CopyAsync(
                        group, ParquetColumns.Find(reader.Schema, Kept[i], file), written, schema.DataFields[i], token);
                }
                for (int i = 0; i < outputs.Count; i++)
                    await ParquetColumns.WriteAsync(written, schema.DataFields[Kept.Count + i], outputs[i], token);
                written.CompleteValidate();
                progress?.Invoke((int)group.RowCount);
            }
        }
        finally
        {
            await reader.DisposeAsync();
        }
    }

    private static async Task<ParquetReader> OpenAsync(string file, CancellationToken token)
    {
        try
        {
            return await ParquetReader.CreateAsync(file, cancellationToken: token);
        }
        catch (Exception e) when (e is ParquetException or IOException and not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidDataException($"'{file}' cannot be read as Parquet: {e.Message}", e);
        }
    }
}
