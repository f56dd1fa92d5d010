using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart;

namespace Disentangle.ML.Samples.Tests;

public class QuickstartTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void A_cluster_is_described_by_its_most_frequent_digit()
    {
        Digits digits = Few();
        Run run = Run.Execute("pixels", options: null, seed: 1, digits, progress: _ => { });

        IDataView scored = run.Model.Transform(digits.Test);
        (float Digit, uint Cluster)[] rows =
            [.. scored.GetColumn<float>("Label").Zip(scored.GetColumn<uint>("PredictedLabel"))];
        foreach (IGrouping<uint, (float Digit, uint Cluster)> cluster in rows.GroupBy(row => row.Cluster))
        {
            string described = run.DigitOf(cluster.Key);
            Assert.Equal(cluster.GroupBy(row => row.Digit).Max(digit => digit.Count()), cluster.Count(row => $"{row.Digit}" == described));
        }
    }

    [Fact]
    public void A_group_has_the_name_of_its_key()
    {
        Digits digits = Few();
        IDataView keyed = _ml.Transforms.CopyColumns("PredictedGroup", "Group").Fit(digits.Train).Transform(digits.Train);
        uint[] keys = [.. keyed.GetColumn<uint>("PredictedGroup")];
        float[] labels = [.. keyed.GetColumn<float>("Label")];
        Assert.Equal(
            labels.Select(label => label < 5 ? "0-4" : "5-9"),
            keys.Select(key => new Prediction { PredictedGroup = key }.GroupName(keyed.Schema)));
    }

    private Digits Few()
    {
        Digits all = Digits.Load(_ml).WithKeys(_ml);
        return all with { Train = _ml.Data.TakeRows(all.Train, 500), Test = _ml.Data.TakeRows(all.Test, 500) };
    }
}
