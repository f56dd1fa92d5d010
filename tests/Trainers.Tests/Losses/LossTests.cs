using System.Text.Json;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers.Tests.Losses;

/// <summary>What holds for every loss.</summary>
public class LossTests
{
    private static readonly ILoss[] Losses =
    [
        new CrossEntropyLoss(),
        new RowMarginLoss { Margin = 1 },
        new RowMarginLoss { Layers = LayerChoice.AllHidden },
        new SampleMarginLoss { Margin = 0.25f },
        new SampleMarginLoss { Margin = 2, Layers = LayerChoice.AllHidden },
        new SampleMarginLoss { Supervised = false },
        new DeCovLoss(),
        new DeCovLoss { Layers = LayerChoice.AllHidden },
        new XCovLoss(),
        new XCovLoss { Layers = LayerChoice.AllHidden },
        new XCovLoss { Supervised = false, Layers = LayerChoice.AllHidden },
        new SoftNearestNeighborLoss(),
        new SoftNearestNeighborLoss { Distance = NeighborDistance.SquaredEuclidean, Temperature = Temperature.Fixed(2),
            Layers = LayerChoice.Embedding },
        new CenterLoss(),
        new CategoricalCorelLoss { Lambda = 0 },
        new CategoricalCorelLoss { Lambda = 0.25f },
        new CategoricalCorelLoss { Lambda = 1 },
        new CosineCorelLoss { Lambda = 0 },
        new CosineCorelLoss(),
        new CosineCorelLoss { Lambda = 1 },
        new GaussianCorelLoss { Lambda = 0 },
        new GaussianCorelLoss { Gamma = 0.25f },
        new GaussianCorelLoss { Lambda = 1 },
        new GaussianCorelLoss { Lambda = 0.75f, LearnGamma = true },
        new ReconstructionLoss(),
        new ReconstructionLoss { Error = ReconstructionError.MeanSquared },
        new NeighborContrastLoss(),
        new NeighborContrastLoss { Kernel = PairKernel.Cauchy },
        new NeighborContrastLoss { Temperature = 0.25f, OtherClasses = 1,
            Pairs = new() { Neighbors = 3, Walk = 0, View = Views.Images(8, 4) } },
    ];

    private static readonly int[][] LabelSets = [[0, 1, 2, 0, 1, 2, 0, 2], [0, -1, 1, 0, -1, 1, 2, -1], [0, 1, 2], [1, 1, 1, 1]];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Losses.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Agrees_with_plain_loops_in_value_and_gradient(int number)
    {
        ILoss loss = Losses[number];
        foreach (int[] labels in LabelSets)
        {
            LossInputs inputs = LossInputs.Random(loss, labels);
            LossRun.Of(loss, inputs).AssertAgrees(inputs, point => PlainLosses.Of(loss, point));
        }
        LossInputs twoClasses = LossInputs.Random(loss, [0, 1, 1, -1, 0, 1], classes: 2, seed: 2);
        LossRun.Of(loss, twoClasses).AssertAgrees(twoClasses, point => PlainLosses.Of(loss, point));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Does_not_depend_on_the_order_of_rows(int number)
    {
        // Pairs are told by the order.
        if (Losses[number].Pairs is not null)
            return;
        LossInputs inputs = LossInputs.Random(Losses[number], [0, 1, 2, -1, 0, 1, 2, 0]);
        int[] order = [3, 7, 1, 0, 6, 2, 5, 4];
        LossRun.AssertClose([LossRun.Of(Losses[number], inputs).Value], [(float)LossRun.Of(Losses[number], inputs.InOrder(order)).Value],
            "value");
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Rows_without_label_neither_count_nor_move_where_the_loss_is_one_of_labels(int number)
    {
        ILoss loss = Losses[number];
        if (!loss.Needs.HasFlag(LossNeeds.Labels) || loss is XCovLoss)
            return;
        LossInputs inputs = LossInputs.Random(loss, [0, 1, 2, 0, 1, 2, -1, -1]);
        LossRun all = LossRun.Of(loss, inputs), labelled = LossRun.Of(loss, inputs.InOrder([0, 1, 2, 3, 4, 5]));

        LossRun.AssertClose([labelled.Value], [(float)all.Value], "value");
        Assert.All(all.Gradients["embedding"][(6 * 5)..], element => Assert.Equal(0, element));
        Assert.All(all.Gradients["hidden"][(6 * 6)..], element => Assert.Equal(0, element));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Is_zero_without_any_label_where_the_loss_is_one_of_labels(int number)
    {
        if (Losses[number].Needs.HasFlag(LossNeeds.Labels) && Losses[number] is not XCovLoss)
            LossRun.Of(Losses[number], LossInputs.Random(Losses[number], [-1, -1, -1])).AssertIsZero();
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Keeps_its_settings_as_JSON(int number)
    {
        string json = JsonSerializer.Serialize(Losses[number], SettingsJson.Options);
        Assert.Equal(Losses[number], JsonSerializer.Deserialize<ILoss>(json, SettingsJson.Options));
    }
}
