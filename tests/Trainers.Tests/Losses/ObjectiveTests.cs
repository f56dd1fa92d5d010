using System.Text.Json;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests.Losses;

public class ObjectiveTests
{
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Objectives.Length)];

    private static Objective[] Objectives =>
    [
        Objective.CrossEntropy() + Objective.RowMargin(weight: 0.25f, margin: 7),
        Objective.Reconstruction(ReconstructionError.MeanSquared)
            + Objective.SoftNearestNeighbor(10, Temperature.Fixed(2), NeighborDistance.SquaredEuclidean, LayerChoice.Embedding),
        Objective.Center(0.125f, 0.25f) + Objective.DeCov() + Objective.XCov(),
        Objective.Mix(0.25f, Objective.Reconstruction(), Objective.SampleMargin(margin: 0.75f, supervised: false)),
        Objective.CategoricalCorel(0.25f),
        Objective.CosineCorel(0.75f),
        Objective.GaussianCorel(0.625f, 0.25f, learnGamma: true),
    ];

    [Fact]
    public void Plus_takes_the_terms_of_both_in_order()
    {
        Objective sum = Objective.CrossEntropy(2) + Objective.DeCov(0.5f) + Objective.XCov(3);
        Assert.Equal([new(2, new CrossEntropyLoss()), new(0.5f, new DeCovLoss()), new(3, new XCovLoss())], sum.Terms);
    }

    [Fact]
    public void A_factor_multiplies_every_weight()
    {
        Objective scaled = 4 * (Objective.CrossEntropy(2) + Objective.DeCov(0.5f));
        Assert.Equal([8, 2], scaled.Terms.Select(term => term.Weight));
    }

    [Fact]
    public void Mix_weights_by_1_minus_alpha_and_alpha()
    {
        Objective mixed = Objective.Mix(0.25f, Objective.Reconstruction(), 2 * Objective.SampleMargin());
        Assert.Equal([0.75f, 0.5f], mixed.Terms.Select(term => term.Weight));
    }

    [Fact]
    public void Is_told_as_weights_and_names() => Assert.Equal(
        "1 cross-entropy + 0.3 row margin + 1 sample margin + 0.1 DeCov + 1 XCov + 100 soft nearest neighbour + 1 reconstruction",
        (Objective.CrossEntropy() + Objective.RowMargin() + Objective.SampleMargin() + Objective.DeCov() + Objective.XCov()
            + Objective.SoftNearestNeighbor()
            + Objective.Reconstruction()).ToString());

    [Fact]
    public void Needs_what_its_losses_need()
    {
        Assert.Equal(LossNeeds.None, (Objective.RowMargin() + Objective.DeCov() + Objective.SampleMargin(supervised: false)).Needs);
        Assert.Equal(LossNeeds.Labels | LossNeeds.Decoder, (Objective.Reconstruction() + Objective.SoftNearestNeighbor()).Needs);
        Assert.Equal(LossNeeds.Labels | LossNeeds.Classifier, Objective.Center().Needs);
    }

    [Fact]
    public void The_classifier_is_linear_unless_a_loss_decides_it()
    {
        Assert.Equal(Similarity.Linear, (Objective.CrossEntropy() + Objective.RowMargin()).Similarity);
        Objective withGaussian = Objective.RowMargin() + Objective.GaussianCorel(gamma: 2, learnGamma: true);
        Assert.Equal(new Similarity(SimilarityKind.Gaussian, 2, true), withGaussian.Similarity);
    }

    [Fact]
    public void Two_losses_cannot_decide_the_classifier_differently()
    {
        string fault = Assert.Single((Objective.CosineCorel() + Objective.GaussianCorel()).Faults());
        Assert.Contains("Cosine-COREL and Gaussian-COREL", fault);
        Assert.Empty((Objective.CrossEntropy() + Objective.CosineCorel()).Faults());
    }

    [Fact]
    public void Tells_every_fault()
    {
        Objective objective = Objective.CrossEntropy(-1) + Objective.CrossEntropy() + Objective.RowMargin(margin: 0)
            + Objective.SampleMargin(float.PositiveInfinity, margin: -1)
            + Objective.SoftNearestNeighbor(temperature: Temperature.Fixed(-1))
                + new Objective(new SoftNearestNeighborLoss { Temperature = null! });
        string[] parts =
        [
            "weight of cross-entropy is -1", "margin of row margin is 0", "weight of sample margin is Infinity",
                "margin of sample margin is -1",
            "temperature is -1", "Temperature is null", "2 terms named 'cross-entropy'", "2 terms named 'soft nearest neighbour'",
        ];
        string[] faults = [.. objective.Faults()];
        Assert.Equal(parts.Length, faults.Length);
        Assert.All(parts, part => Assert.Single(faults, fault => fault.Contains(part, StringComparison.Ordinal)));
        Assert.Contains("at least one loss", Assert.Single(new Objective([]).Faults()));
    }

    [Fact]
    public void There_is_no_objective_of_null()
    {
        Assert.Throws<ArgumentNullException>(() => new Objective((ILoss)null!));
        Assert.Throws<ArgumentNullException>(() => new Objective((IReadOnlyList<WeightedLoss>)null!));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Keeps_its_terms_as_JSON(int number)
    {
        Objective objective = Objectives[number];
        Assert.Empty(objective.Faults());
        Objective read =
            JsonSerializer.Deserialize<Objective>(JsonSerializer.Serialize(objective, SettingsJson.Options), SettingsJson.Options)!;
        Assert.Equal(objective.Terms, read.Terms);
    }

    [Fact]
    public void Of_a_custom_loss_JSON_keeps_the_name_and_training_with_that_is_refused()
    {
        Objective objective = Objective.CrossEntropy() + 0.5f * new Objective(new RingLoss());
        Objective read =
            JsonSerializer.Deserialize<Objective>(JsonSerializer.Serialize(objective, SettingsJson.Options), SettingsJson.Options)!;

        Assert.Equal(objective.ToString(), read.ToString());
        Assert.Equal(new RecordedLoss("ring"), read.Terms[1].Loss);
        Assert.Contains("'ring' is only the record of a custom loss", Assert.Single(read.Faults()));
    }
}
