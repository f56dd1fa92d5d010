using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using TorchDevice = TorchSharp.torch.Device;
using TorchTensor = TorchSharp.torch.Tensor;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Disentangle.ML.Tensors.Training;

/// <summary>The steps of steps.py by TorchSharp, with its own layers, losses and Adam, on a device.</summary>
internal static class TorchSteps
{
    public static Action Mlp(TorchDevice device) =>
        Trained(Layers([784, 256, 32, 2], nn.ReLU, nn.ReLU, null), rand(128, 784, device: device), Labels(2, device), nn.CrossEntropyLoss());

    public static Action Autoencoder(TorchDevice device)
    {
        Sequential network = Layers(
            [784, 500, 500, 2000, 70, 2000, 500, 500, 784], nn.ReLU, nn.ReLU, nn.ReLU, nn.Sigmoid, nn.ReLU, nn.ReLU, nn.ReLU, null);
        TorchTensor x = rand(256, 784, device: device);
        return Trained(network, x, x, nn.BCEWithLogitsLoss());
    }

    public static Action Encode(TorchDevice device)
    {
        Sequential network = Layers([784, 500, 500, 2000, 70], nn.ReLU, nn.ReLU, nn.ReLU, nn.Sigmoid);
        network.to(device);
        TorchTensor x = rand(10_000, 784, device: device);
        return () =>
        {
            using IDisposable mode = no_grad();
            for (int start = 0; start < 10_000; start += 1000)
            {
                using DisposeScope scope = NewDisposeScope();
                network.forward(x.narrow(0, start, 1000));
            }
        };
    }

    public static Action Cnn(TorchDevice device)
    {
        var parts = new List<Module>();
        foreach ((int channels, int filters) in new[] { (1, 15), (15, 30), (30, 60) })
            parts.AddRange([nn.Conv2d(channels, filters, 3, padding: 1), nn.LeakyReLU(), nn.MaxPool2d(2)]);
        parts.AddRange([nn.Flatten(), nn.Linear(540, 128), nn.LeakyReLU(), nn.Linear(128, 10)]);
        return Trained(nn.Sequential(parts), rand(128, 1, 28, 28, device: device), Labels(10, device), nn.CrossEntropyLoss());
    }

    public static Action Gru(TorchDevice device)
    {
        nn.utils.rnn.PackedSequence[] batches = [.. StrokeBatch.Read(batches: 10, sequences: 128).Select(batch =>
            nn.utils.rnn.pack_sequence(
                tensor(batch.Points, device: device).reshape(-1, 4).split([.. batch.Lengths.Select(length => (long)length)]), enforce_sorted: false))];
        GRU recurrent = nn.GRU(4, 128, device: device);
        Linear head = nn.Linear(128, 2, device: device);
        TorchTensor labels = Labels(2, device);
        CrossEntropyLoss loss = nn.CrossEntropyLoss();
        optim.Optimizer optimizer = optim.Adam([.. recurrent.parameters(), .. head.parameters()]);
        int next = 0;
        return () =>
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            loss.forward(head.forward(recurrent.call(batches[next++ % batches.Length]).Item2[0]), labels).backward();
            optimizer.step();
        };
    }

    public static Action Jade(TorchDevice device)
    {
        var primary = new TorchVariational(32, 3, [32, 48, 32, 4], [2, 2, 2, 1], device);
        var auxiliary = new TorchVariational(28, 1, [16, 16, 8], [2, 2, 2], device);
        var parts = new List<Module>();
        foreach (int inputs in new[] { 10, 500, 500 })
            parts.AddRange([nn.Linear(inputs, 500), nn.ReLU(), nn.Dropout(0.5)]);
        Sequential classifier = nn.Sequential([.. parts, nn.Linear(500, 10)]);
        classifier.to(device);
        (TorchTensor x, TorchTensor y) = (rand(100, 3, 32, 32, device: device), rand(100, 1, 28, 28, device: device));
        TorchTensor labels = Labels(10, device, 100);
        optim.Optimizer optimizer = optim.Adam(
            [.. primary.Parameters, .. auxiliary.Parameters, .. classifier.parameters()], beta1: 0.1, beta2: 0.999);
        return () =>
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            (TorchTensor[] codeX, TorchTensor boundX, TorchTensor errorX) = Run(primary, x);
            (TorchTensor[] codeY, TorchTensor boundY, TorchTensor errorY) = Run(auxiliary, y);
            (boundX + boundY + Prior(codeY[2], codeY[3]) + Match(codeX[2], codeX[3], codeY[2], codeY[3]) + 100 * errorY + 1000 * errorX)
                .backward();
            optimizer.step();
        };

        (TorchTensor[], TorchTensor, TorchTensor) Run(TorchVariational module, TorchTensor images)
        {
            TorchTensor[] code = module.Encode(images);
            TorchTensor content = Draw(code[2], code[3]);
            TorchTensor decoded = module.Decode(Draw(code[0], code[1]), content);
            TorchTensor reconstruction =
                nn.functional.binary_cross_entropy_with_logits(decoded, images, reduction: nn.Reduction.Sum) / images.shape[0];
            return (code, reconstruction + Prior(code[0], code[1]), nn.functional.cross_entropy(classifier.forward(content), labels));
        }
    }

    private static TorchTensor Draw(TorchTensor mean, TorchTensor logVariance) => mean + (0.5 * logVariance).exp() * randn_like(mean);

    private static TorchTensor Prior(TorchTensor mean, TorchTensor logVariance) =>
        0.5 * (mean.square() + logVariance.exp() - logVariance - 1).sum(1).mean();

    private static TorchTensor Match(TorchTensor meanX, TorchTensor logVarianceX, TorchTensor meanY, TorchTensor logVarianceY)
    {
        TorchTensor ratio = logVarianceX - logVarianceY;
        return 0.5 * (ratio.exp() - ratio + (meanX - meanY).square() * (-logVarianceY).exp() - 1).sum(1).mean();
    }

    private static Sequential Layers(int[] sizes, params Func<bool, Module>?[] activations)
    {
        var parts = new List<Module>();
        for (int i = 0; i < activations.Length; i++)
        {
            parts.Add(nn.Linear(sizes[i], sizes[i + 1]));
            if (activations[i] is { } activation)
                parts.Add(activation(false));
        }
        return nn.Sequential(parts);
    }

    private static TorchTensor Labels(int classes, TorchDevice device, int count = 128) =>
        arange(count, device: device).remainder(classes).to(ScalarType.Int64);

    private static Action Trained(Sequential network, TorchTensor x, TorchTensor target, nn.Module<TorchTensor, TorchTensor, TorchTensor> loss)
    {
        network.to(x.device);
        optim.Optimizer optimizer = optim.Adam(network.parameters());
        return () =>
        {
            using DisposeScope scope = NewDisposeScope();
            optimizer.zero_grad();
            loss.forward(network.forward(x), target).backward();
            optimizer.step();
        };
    }
}
