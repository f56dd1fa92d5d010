using Disentangle.ML.Tensors;
using Disentangle.ML.Tests;
using Disentangle.ML.Trainers;
using Disentangle.ML.Trainers.Tests;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.TorchSharp.Tests;

public class Bfloat16Tests
{
    private static readonly TorchDevice Device = LibTorch.Device with { Bfloat16 = true };

    private static readonly Dictionary<string, Func<Engine, Tensor>> Layers = new()
    {
        ["Linear"] = e => e.Linear(Numbers(e, new(30, 20)), Numbers(e, new(7, 20)), Numbers(e, new(7)), Activation.Tanh),
        ["Convolution2D"] = e => e.Convolution2D(
            Numbers(e, new(2, 6, 5, 3)), Numbers(e, new(4, 3, 3, 3)), Numbers(e, new(4)), Padding.Same, Activation.Sigmoid),
        ["Gru"] = e => e.Gru(
            Numbers(e, new(9, 4)), [2, 6, 1], Numbers(e, new(15, 4)), Numbers(e, new(15, 5)), Numbers(e, new(15)), Numbers(e, new(15))),
    };

    [Fact]
    public void Layers_round_their_factors_and_the_products_of_losses_do_not()
    {
        LibTorch.Require();
        foreach ((string name, Func<Engine, Tensor> layer) in Layers)
        {
            (float[] expected, float[] actual) = (Run(LibTorch.Device, layer), Run(Device, layer));
            Assert.NotEqual(expected, actual);
            for (int i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) < 0.02, $"{name}: element {i} is {actual[i]}, not {expected[i]}");
        }
        Func<Engine, Tensor> product = e => e.MatMul(Numbers(e, new(30, 20)), Numbers(e, new(20, 6)));
        Assert.Equal(Run(LibTorch.Device, product), Run(Device, product));

        static float[] Run(Device device, Func<Engine, Tensor> layer)
        {
            using Engine engine = device.CreateEngine(threads: 1, seed: 1);
            using IDisposable step = engine.BeginStep(training: true);
            return layer(engine).ToArray();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_follows_single_precision_and_finds_the_classes(bool neighbors)
    {
        LibTorch.Require();
        var options = new TestOptions
        {
            Network = Network.Mlp([16], 6, Activation.Tanh), Epochs = 1, BatchSize = 30, LearningRate = 0.01f, Seed = 3, Threads = 1,
            Objective = neighbors ? Objective.CrossEntropy() + Objective.NeighborContrast(neighbors: 5) : Objective.CrossEntropy(),
        };
        RowStore rows = TestRows.Blobs(180, classes: 3);
        (float[] expected, _) = Train(options with { Device = LibTorch.Device });
        (float[] actual, _) = Train(options with { Device = Device });
        Assert.NotEqual(expected, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 0.05f);

        (_, double accuracy) = Train(options with { Device = Device, Epochs = 20 });
        Assert.Equal(1, accuracy);

        // The embeddings, and the share of rows whose class is the most probable.
        (float[] Embeddings, double Accuracy) Train(TestOptions options)
        {
            Encoder encoder = EncoderTrainer.Train(new TrainingData(rows, 8, 3), options, seed: 0).Encoder;
            using var session = new EncoderSession(encoder);
            var embeddings = new float[rows.Count * encoder.EmbeddingSize];
            var probabilities = new float[3];
            int right = 0;
            for (int i = 0; i < rows.Count; i++)
            {
                session.Encode(rows.Features(i), embeddings.AsSpan(i * encoder.EmbeddingSize, encoder.EmbeddingSize), probabilities);
                right += Array.IndexOf(probabilities, probabilities.Max()) == rows.Label(i) ? 1 : 0;
            }
            return (embeddings, right / (double)rows.Count);
        }
    }

    [Fact]
    public void The_model_is_an_ordinary_one()
    {
        LibTorch.Require();
        string path = Path.GetTempFileName();
        try
        {
            var ml = new MLContext(seed: 1);
            var log = new List<string>();
            ml.Log += (_, entry) => log.Add(entry.RawMessage);
            IDataView rows = ml.Data.LoadFromEnumerable(TestModel.Rows());
            ITransformer model = TestModel.Pipeline(ml, Device).Fit(rows);
            Assert.Contains($"Training on libtorch, device {LibTorch.Device}, in bfloat16.", log);
            DisentangleModel.Save(ml, model, rows.Schema, path);
            Assert.Equal(TestModel.Embeddings(ml, model, rows), TestModel.Embeddings(ml, ml.Model.Load(path, out _), rows));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Tensor Numbers(Engine engine, Shape shape) =>
        engine.Constant(shape, [.. Enumerable.Range(0, shape.Length).Select(i => 0.5f * MathF.Cos(1 + 1.7f * i))]);
}
