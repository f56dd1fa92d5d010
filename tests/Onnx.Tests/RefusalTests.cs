using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Onnx.Tests;

/// <summary>What cannot be exported: one clear exception, and an older file stays as it was.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _data;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");

    public RefusalTests()
    {
        _data = _ml.Data.LoadFromEnumerable(Row.Create(60));
        File.WriteAllText(_path, "old");
    }

    public void Dispose()
    {
        Assert.Equal("old", File.ReadAllText(_path));
        File.Delete(_path);
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), $"{Path.GetFileName(_path)}*"));
    }

    private ITransformer Model => _ml.Clustering.Trainers.GaussianMixture("Features", numberOfComponents: 2).Fit(_data);

    [Theory]
    [InlineData(16)]
    [InlineData(22)]
    public void A_version_of_operators_that_is_not_written(int version) => Refuses<ArgumentOutOfRangeException>(
        "OpsetVersion must be 17 to 21.", Model, new OnnxExportOptions { OpsetVersion = version });

    [Fact]
    public void A_column_that_the_pipeline_does_not_give() => Refuses<ArgumentOutOfRangeException>(
        "OutputColumns names 'Embeding'", Model, new OnnxExportOptions { OutputColumns = ["Score", "Embeding"] });

    [Fact]
    public void No_columns() => Refuses<ArgumentException>("OutputColumns is empty", Model, new OnnxExportOptions { OutputColumns = [] });

    [Fact]
    public void A_pipeline_that_adds_nothing() => Refuses<ArgumentException>(
        "adds no column", _ml.Transforms.NormalizeMinMax("Features").Fit(_data));

    [Fact]
    public void A_schema_without_the_features()
    {
        DataViewSchema other = _ml.Data.LoadFromEnumerable(new[] { new { Number = 1f } }).Schema;
        var e = Assert.ThrowsAny<ArgumentException>(() => _ml.Model.ExportToOnnx(Model, other, _path));
        Assert.Contains("'Features'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_ML_NET_cannot_convert()
    {
        var custom =
            _ml.Transforms.CustomMapping<Row, Doubled>((row, added) => added.Twice = [.. row.Features.Select(value => 2 * value)], null);
        Refuses<NotSupportedException>("Step 1 of 2, CustomMappingTransformer`2, which makes 'Twice', cannot be converted to ONNX",
            custom.Append(_ml.Clustering.Trainers.GaussianMixture("Twice", numberOfComponents: 2)).Fit(_data));
    }

    [Fact]
    public void A_step_that_ML_NET_cannot_convert_and_that_writes_over_its_input()
    {
        var custom = _ml.Transforms.CustomMapping<Row,
            Replaced>((row, added) => added.Features = [.. row.Features.Select(value => 2 * value)], null);
        Refuses<NotSupportedException>("Step 1 of 2, CustomMappingTransformer`2, which makes 'Features'",
            custom.Append(_ml.Clustering.Trainers.GaussianMixture("Features", numberOfComponents: 2)).Fit(_data));
    }

    [Fact]
    public void A_network_that_does_what_a_graph_cannot()
    {
        var options = new DisentangleAutoencoderOptions { Network = new Sorting(), Objective = Objective.Reconstruction(), Epochs = 1,
            Scaling = FeatureScaling.AsGiven };
        IEstimator<ITransformer> estimator = _ml.Transforms.DisentangleAutoencoder("Code", "Features", options: options);
        Refuses<NotSupportedException>("Step 1 of 1, DisentangleAutoencoderTransformer, which makes 'Code', cannot be converted to ONNX: "
            + "The network uses GatherRows", estimator.Fit(_data));
    }

    [Fact]
    public void A_folder_that_is_not_there() => Assert.Throws<DirectoryNotFoundException>(
        () => _ml.Model.ExportToOnnx(Model, _data.Schema, Path.Combine(_path + "folder", "model.onnx")));

    [Fact]
    public void A_folder_in_the_files_place() => Assert.Throws<IOException>(
        () => _ml.Model.ExportToOnnx(Model, _data.Schema, Path.GetTempPath()));

    [Fact]
    public void A_folder_that_is_not_writable()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes of folders.");
            return;
        }
        DirectoryInfo folder = Directory.CreateTempSubdirectory("onnx");
        string path = Path.Combine(folder.FullName, "model.onnx");
        File.WriteAllText(path, "old");
        folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        try
        {
            Assert.SkipWhen(Environment.IsPrivilegedProcess, "root writes to every folder.");
            Assert.Throws<UnauthorizedAccessException>(() => _ml.Model.ExportToOnnx(Model, _data.Schema, path));
            Assert.Equal("old", File.ReadAllText(path));
        }
        finally
        {
            folder.UnixFileMode |= UnixFileMode.UserWrite;
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_system_that_is_not_writable()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        Exception e = Assert.ThrowsAny<Exception>(() => _ml.Model.ExportToOnnx(Model, _data.Schema, "/proc/model.onnx"));
        Assert.True(e is IOException or UnauthorizedAccessException, e.ToString());
        Assert.Contains("/proc/model.onnx", e.Message, StringComparison.Ordinal);
    }

    private void Refuses<T>(string message, ITransformer model, OnnxExportOptions? options = null) where T : Exception =>
        Assert.Contains(message, Assert.Throws<T>(() => _ml.Model.ExportToOnnx(model, _data.Schema, _path, options)).Message,
            StringComparison.Ordinal);

    private sealed class Doubled
    {
        [Microsoft.ML.Data.VectorType(Row.Width)]
        public float[] Twice { get; set; } = [];
    }

    private sealed class Replaced
    {
        [Microsoft.ML.Data.VectorType(Row.Width)]
        public float[] Features { get; set; } = [];
    }

    /// <summary>An autoencoder that turns the batch round.</summary>
    private sealed record Sorting : AutoencoderNetwork
    {
        public override int EmbeddingSize => 4;

        public override IEnumerable<string> Faults() => [];

        public override AutoencoderModule Build(Engine engine, int inputSize, Random random) => new Module(
            engine.CreateParameter("weight", new Shape(4, inputSize), new float[4 * inputSize]),
            engine.CreateParameter("output.weight", new Shape(inputSize, 4), new float[4 * inputSize]));

        private sealed class Module(Parameter weight, Parameter output) : AutoencoderModule
        {
            public override IReadOnlyList<Parameter> Parameters => [weight, output];

            public override IReadOnlyList<LayerOutput> Forward(Engine engine, NetworkInput input)
            {
                int[] reversed = [.. Enumerable.Range(0, input.Values.Shape[0]).Reverse()];
                return [new LayerOutput(engine.Linear(engine.GatherRows(input.Values, reversed), weight.Value, null), weight.Value)];
            }

            public override Reconstruction Decode(Engine engine, Tensor code, NetworkInput input) =>
                new([], engine.Linear(code, output.Value, null));
        }
    }
}
