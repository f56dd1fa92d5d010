using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>Every loss in plain loops of Double, straight from its formula.</summary>
internal static class PlainLosses
{
    public static double Of(ILoss loss, LossInputs inputs) => loss switch
    {
        CrossEntropyLoss => CrossEntropy(inputs),
        RowMarginLoss rows =>
            Layers(rows.Layers, inputs.Weight, inputs.HiddenWeight).Sum(weight => Margins(weight, rows.Margin, (_, _) => 1)),
        SampleMarginLoss samples =>
            Layers(samples.Layers, inputs.Embedding, inputs.Hidden).Sum(h => SampleMargin(h, samples, inputs.Labels)),
        DeCovLoss deCov => Layers(deCov.Layers, inputs.Embedding, inputs.Hidden).Sum(DeCov),
        XCovLoss xCov => Layers(xCov.Layers, inputs.Embedding, inputs.Hidden).Sum(h => xCov.Supervised
            ? XCov(h, Predictions(inputs))
            : XCov([.. h.Select(row => row[(row.Length / 2)..])], [.. h.Select(row => row[..(row.Length / 2)])])),
        SoftNearestNeighborLoss neighbors =>
            Layers(neighbors.Layers, inputs.Embedding, inputs.Hidden).Sum(h => SoftNearestNeighbor(h, neighbors, inputs)),
        CenterLoss => Center(inputs),
        CategoricalCorelLoss categorical => SoftmaxCorel(inputs, categorical.Lambda, Dot),
        GaussianCorelLoss gaussian => SoftmaxCorel(inputs, gaussian.Lambda, (h, w) => -Gamma(gaussian, inputs) * SquaredDistance(h, w)),
        CosineCorelLoss cosine => CosineCorel(inputs, cosine.Lambda),
        ReconstructionLoss reconstruction => Reconstruction(inputs, reconstruction.Error),
        NeighborContrastLoss contrast => NeighborContrast(inputs, contrast),
        _ => throw new ArgumentException($"There is no plain form of {loss.Name}.", nameof(loss)),
    };

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    public static double SquaredDistance(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    public static double LogSumExp(IEnumerable<double> values)
    {
        double[] all = [.. values];
        double greatest = all.Max();
        return greatest + Math.Log(all.Sum(value => Math.Exp(value - greatest)));
    }

    private static double NeighborContrast(LossInputs inputs, NeighborContrastLoss loss)
    {
        int pairs = inputs.Labels.Length / 2;
        double Score(int a, int b)
        {
            (int y, int z) = (inputs.Labels[a], inputs.Labels[pairs + b]);
            double offset = y >= 0 && z >= 0 && y != z ? Math.Log(loss.OtherClasses) : 0;
            (double[] row, double[] partner) = (inputs.Embedding[a], inputs.Embedding[pairs + b]);
            return offset + (loss.Kernel == PairKernel.Angle
                ? Cosine(row, partner) / loss.Temperature
                : -Math.Log(1 + SquaredDistance(row, partner)));
        }
        int[] all = [.. Enumerable.Range(0, pairs)];
        return all.Average(a => (LogSumExp(all.Select(b => Score(a, b))) + LogSumExp(all.Select(b => Score(b, a)))) / 2 - Score(a, a));
    }

    private static IEnumerable<double[][]> Layers(LayerChoice choice, double[][]? embedding, double[][]? hidden) =>
        choice == LayerChoice.AllHidden && hidden is not null ? [hidden, embedding!] : [embedding!];

    private static int[] Labelled(LossInputs inputs) => [.. Enumerable.Range(0, inputs.Labels.Length).Where(i => inputs.Labels[i] >= 0)];

    private static double MeanOverLabelled(LossInputs inputs, Func<double[], int, double> loss)
    {
        int[] rows = Labelled(inputs);
        return rows.Length == 0 ? 0 : rows.Average(i => loss(inputs.Embedding[i], inputs.Labels[i]));
    }

    private static double[] Logits(LossInputs inputs, double[] h) =>
        [.. inputs.ClassWeights!.Select((w, k) => Dot(w, h) + inputs.Bias![0][k])];

    private static double CrossEntropy(LossInputs inputs) => MeanOverLabelled(inputs, (h, label) =>
    {
        double[] z = Logits(inputs, h);
        return z.Length == 1 ? Math.Log(1 + Math.Exp(label == 1 ? -z[0] : z[0])) : LogSumExp(z) - z[label];
    });

    private static double[] Softmax(double[] row)
    {
        double logSum = LogSumExp(row);
        return [.. row.Select(value => Math.Exp(value - logSum))];
    }

    /// <summary>Σ weight(r, s) max(0, m - KL(softmax(row_r) ‖ softmax(row_s))) over r ≠ s.</summary>
    private static double Margins(double[][] rows, double margin, Func<int, int, double> weight)
    {
        double[][] p = [.. rows.Select(Softmax)];
        double total = 0;
        for (int r = 0; r < rows.Length; r++)
        {
            for (int s = 0; s < rows.Length; s++)
            {
                if (r != s)
                    total += weight(r, s) * Math.Max(0, margin - p[r].Zip(p[s], (x, y) => x * Math.Log(x / y)).Sum());
            }
        }
        return total;
    }

    private static double SampleMargin(double[][] h, SampleMarginLoss loss, int[] labels) => Margins(h, loss.Margin, (i, j) =>
    {
        if (!loss.Supervised)
            return 1.0 / (h.Length * h.Length);
        double size = labels.Count(label => label == labels[i]);
        return labels[i] >= 0 && labels[i] == labels[j] ? 1 / (size * size) : 0;
    });

    private static double Covariance(double[][] a, int columnA, double[][] b, int columnB)
    {
        double meanA = a.Average(row => row[columnA]), meanB = b.Average(row => row[columnB]);
        return a.Zip(b, (rowA, rowB) => (rowA[columnA] - meanA) * (rowB[columnB] - meanB)).Average();
    }

    private static double DeCov(double[][] h)
    {
        double total = 0;
        for (int a = 0; a < h[0].Length; a++)
        {
            for (int b = 0; b < h[0].Length; b++)
                total += a == b ? 0 : Math.Pow(Covariance(h, a, h, b), 2);
        }
        return total / 2;
    }

    private static double[][] Predictions(LossInputs inputs) =>
        [.. inputs.Embedding.Select(h => Logits(inputs, h)).Select(z => z.Length == 1 ? [1 / (1 + Math.Exp(-z[0]))] : Softmax(z))];

    private static double XCov(double[][] h, double[][] predictions)
    {
        double total = 0;
        for (int a = 0; a < predictions[0].Length; a++)
        {
            for (int b = 0; b < h[0].Length; b++)
                total += Math.Pow(Covariance(predictions, a, h, b), 2);
        }
        return total / 2;
    }

    private static double SoftNearestNeighbor(double[][] h, SoftNearestNeighborLoss loss, LossInputs inputs)
    {
        double temperature = loss.Temperature.Start / Math.Pow(loss.Temperature.Eta + inputs.Epoch, loss.Temperature.Gamma);
        int[] rows = Labelled(inputs);
        double total = 0;
        foreach (int i in rows)
        {
            double partners = 0, all = 0;
            foreach (int j in rows.Where(j => j != i))
            {
                double distance = loss.Distance == NeighborDistance.Cosine ? 1 - Cosine(h[i], h[j]) : SquaredDistance(h[i], h[j]);
                double closeness = Math.Exp(-distance / temperature);
                all += closeness;
                partners += inputs.Labels[i] == inputs.Labels[j] ? closeness : 0;
            }
            total -= partners > 0 ? Math.Log(partners / all) : 0;
        }
        return rows.Length == 0 ? 0 : total / rows.Length;
    }

    /// <summary>In the first batch, where the centres are 0.</summary>
    private static double Center(LossInputs inputs) => MeanOverLabelled(inputs, (h, _) => Dot(h, h) / 2);

    private static double Gamma(GaussianCorelLoss loss, LossInputs inputs) =>
        inputs.LogGamma is null ? loss.Gamma : Math.Exp(inputs.LogGamma[0][0]);

    private static double SoftmaxCorel(LossInputs inputs, double lambda, Func<double[], double[], double> similarity) =>
        MeanOverLabelled(inputs, (h, label) =>
    {
        double[] s = [.. inputs.ClassWeights!.Select(w => similarity(h, w))];
        return -lambda * s[label] + (1 - lambda) * LogSumExp(s);
    });

    private static double CosineCorel(LossInputs inputs, double lambda) => MeanOverLabelled(inputs, (h, label) =>
    {
        double nearestOther = double.NegativeInfinity;
        for (int k = 0; k < inputs.ClassWeights!.Length; k++)
        {
            if (k != label)
                nearestOther = Math.Max(nearestOther, Cosine(h, inputs.ClassWeights[k]));
        }
        return lambda * (1 - Cosine(h, inputs.ClassWeights[label])) + (1 - lambda) * nearestOther * nearestOther;
    });

    private static double Reconstruction(LossInputs inputs, ReconstructionError error) =>
        inputs.Features!.SelectMany(row => row).Zip(inputs.Reconstruction!.SelectMany(row => row), (x, z) =>
        {
            double probability = 1 / (1 + Math.Exp(-z));
            return error == ReconstructionError.MeanSquared ? (x - z) * (x - z)
                : -x * Math.Log(probability) - (1 - x) * Math.Log(1 - probability);
        }).Average();
}
