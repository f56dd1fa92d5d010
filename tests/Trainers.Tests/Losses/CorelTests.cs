using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>The attractive-repulsive losses.</summary>
public class CorelTests
{
    private static readonly int[] Labels = [0, 1, 2, 0, 1, 2, 0];

    [Fact]
    public void Categorical_at_one_half_is_half_the_cross_entropy_without_bias()
    {
        LossInputs inputs = LossInputs.Random(new CategoricalCorelLoss(), Labels);
        LossRun half = LossRun.Of(new CategoricalCorelLoss(), inputs);
        LossRun whole = LossRun.Of(new CrossEntropyLoss(), inputs with { Bias = [[0, 0, 0]] });

        Assert.Equal(0.5 * whole.Value, half.Value, 1e-6);
        LossRun.AssertClose([.. whole.Gradients["embedding"].Select(element => 0.5 * element)], half.Gradients["embedding"], "gradient");
    }

    [Fact]
    public void Gaussian_at_one_half_is_half_the_softmax_cross_entropy_of_the_similarity()
    {
        LossInputs inputs = LossInputs.Random(new GaussianCorelLoss(), Labels);
        double crossEntropy = Labels.Select((label, i) =>
        {
            double[] s = [.. inputs.ClassWeights!.Select(w => -0.5 * PlainLosses.SquaredDistance(inputs.Embedding[i], w))];
            return PlainLosses.LogSumExp(s) - s[label];
        }).Average();
        Assert.Equal(0.5 * crossEntropy, LossRun.Of(new GaussianCorelLoss(), inputs).Value, 1e-5);
    }

    [Theory]
    [InlineData(0.25f)]
    [InlineData(0.49999f)]
    [InlineData(0.50001f)]
    [InlineData(0.75f)]
    public void Lambda_mixes_attraction_and_repulsion_linearly(float lambda)
    {
        foreach (Func<float, ILoss> loss in new Func<float, ILoss>[]
        {
            share => new CategoricalCorelLoss { Lambda = share },
            share => new CosineCorelLoss { Lambda = share },
            share => new GaussianCorelLoss { Lambda = share },
        })
        {
            LossInputs inputs = LossInputs.Random(loss(0), Labels);
            double repulsion = LossRun.Of(loss(0), inputs).Value, attraction = LossRun.Of(loss(1), inputs).Value;
            Assert.Equal(lambda * attraction + (1 - lambda) * repulsion, LossRun.Of(loss(lambda), inputs).Value, 1e-5);
        }
    }

    [Fact]
    public void Gaussian_at_lambda_1_has_the_class_means_as_optimum()
    {
        var loss = new GaussianCorelLoss { Lambda = 1 };
        LossInputs start = LossInputs.Random(loss, Labels);
        double[][] weights = start.ClassWeights!;
        for (int step = 0; step < 200; step++)
        {
            float[] gradient = LossRun.Of(loss, start with { ClassWeights = weights }).Gradients["classWeights"];
            weights = [.. weights.Select((row, k) => row.Select((w, j) => (double)(float)(w - 0.5 * gradient[5 * k + j])).ToArray())];
        }

        for (int k = 0; k < 3; k++)
        {
            double[][] rows = [.. start.Embedding.Where((_, i) => Labels[i] == k)];
            for (int j = 0; j < 5; j++)
                Assert.Equal(rows.Average(row => row[j]), weights[k][j], 1e-5);
        }
    }

    [Fact]
    public void Gaussian_below_one_half_falls_without_end_as_rows_flee_and_from_there_on_is_never_negative()
    {
        LossInputs At(double distance) =>
            new() { Labels = [0], ClassCount = 2, Embedding = [[0, distance]], ClassWeights = [[1, 0], [-1, 0]] };
        double Value(float lambda, double distance) => LossRun.Of(new GaussianCorelLoss { Lambda = lambda }, At(distance)).Value;

        Assert.True(Value(0.25f, 100) < Value(0.25f, 10) - 1000);
        Assert.All(new[] { 0.5f, 0.75f, 1 },
            lambda => Assert.All(new[] { 0.0, 1, 10, 100 }, distance => Assert.True(Value(lambda, distance) >= 0)));
    }

    [Fact]
    public void Gaussian_is_finite_far_from_every_class()
    {
        var loss = new GaussianCorelLoss { Lambda = 0.5f };
        LossRun run = LossRun.Of(loss,
            new LossInputs { Labels = [0, 1], ClassCount = 2, Embedding = [[1000, 0], [0, 1000]], ClassWeights = [[1, 0], [0, 1]] });
        Assert.Equal(0, run.Value, 1e-3);
        Assert.All(run.Gradients.Values.SelectMany(gradient => gradient), element => Assert.True(float.IsFinite(element)));
    }

    [Fact]
    public void Gaussian_does_not_see_a_common_shift()
    {
        // Eighths are exact in single precision also where 100,000 is added.
        double[][] embedding = [[0.125, 1], [0.25, -0.5], [-1, 0.75]], weights = [[0, 1], [0.5, -0.625]];
        static double[][] Shifted(double[][] rows) => [.. rows.Select(row => row.Select(x => x + 100_000).ToArray())];
        var inputs = new LossInputs { Labels = [0, 1, 1], ClassCount = 2, Embedding = embedding, ClassWeights = weights };
        LossInputs shifted = inputs with { Embedding = Shifted(embedding), ClassWeights = Shifted(weights) };
        Assert.Equal(LossRun.Of(new GaussianCorelLoss(), inputs).Value, LossRun.Of(new GaussianCorelLoss(), shifted).Value, 1e-5);
    }

    [Fact]
    public void Cosine_leaves_the_true_class_out_of_the_repulsion_so_that_negative_maxima_count()
    {
        // Of the other classes, the nearest has cosine -0.6; with the true class at 0, as in the authors' code, the repulsion would be 0.
        var inputs = new LossInputs { Labels = [0], Embedding = [[2, 0]], ClassWeights = [[3, 0], [-0.6, 0.8], [-1, 0]] };
        Assert.Equal(0.36, LossRun.Of(new CosineCorelLoss { Lambda = 0 }, inputs).Value, 1e-6);
        Assert.Equal(0, LossRun.Of(new CosineCorelLoss { Lambda = 1 }, inputs).Value, 1e-6);
    }

    [Fact]
    public void Cosine_does_not_see_lengths()
    {
        var loss = new CosineCorelLoss();
        LossInputs inputs = LossInputs.Random(loss, Labels);
        static double[][] Stretched(double[][] rows) => [.. rows.Select((row, i) => row.Select(x => (i + 2) * x).ToArray())];
        LossInputs stretched = inputs with { Embedding = Stretched(inputs.Embedding), ClassWeights = Stretched(inputs.ClassWeights!) };
        Assert.Equal(LossRun.Of(loss, inputs).Value, LossRun.Of(loss, stretched).Value, 1e-5);
    }

    [Theory]
    [InlineData(-0.1f)]
    [InlineData(1.1f)]
    [InlineData(float.NaN)]
    public void Lambda_is_between_0_and_1(float lambda)
    {
        Assert.Contains("Lambda of CCE", Assert.Single(Objective.CategoricalCorel(lambda).Faults()));
        Assert.Contains("Lambda of Cosine-COREL", Assert.Single(Objective.CosineCorel(lambda).Faults()));
        Assert.Contains("Lambda of Gaussian-COREL", Assert.Single(Objective.GaussianCorel(lambda).Faults()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(float.PositiveInfinity)]
    public void Gamma_is_greater_than_0(float gamma) =>
        Assert.Contains("Gamma of Gaussian-COREL", Assert.Single(Objective.GaussianCorel(gamma: gamma).Faults()));

    [Theory]
    [InlineData(SimilarityKind.Dot)]
    [InlineData(SimilarityKind.Cosine)]
    [InlineData(SimilarityKind.Gaussian)]
    public void Prediction_is_the_most_similar_class(SimilarityKind kind)
    {
        ILoss loss = kind switch
        {
            SimilarityKind.Dot => new CategoricalCorelLoss(),
            SimilarityKind.Cosine => new CosineCorelLoss(),
            _ => new GaussianCorelLoss(),
        };
        Assert.Equal(kind, new Objective(loss).Similarity.Kind);
        using var engine = new ManagedEngine(threads: 1);
        var classifier = new Classifier(engine, new Objective(loss).Similarity, inputs: 2, classes: 3, directions: false, new Random(0));
        // A long vector, one in the same direction, and one near the embedding: each is the most similar by one of the three.
        engine.SetValues(classifier.Parameters[0], [9, 6, 0.1f, 0.1f, 1, 1.5f]);
        using IDisposable step = engine.BeginStep(training: false);
        float[] probabilities = classifier.Probabilities(engine, engine.Constant(new Shape(1, 2), [1.5f, 1.5f])).ToArray();

        int expected = kind switch { SimilarityKind.Dot => 0, SimilarityKind.Cosine => 1, _ => 2 };
        Assert.Equal(expected, Array.IndexOf(probabilities, probabilities.Max()));
    }
}
