using System.Text.Json;

namespace Disentangle.ML.Evaluators.Tests;

public class PairedTTestTests
{
    [Fact]
    public void AgreesWithScipy()
    {
        foreach (JsonElement sample in Reference.Cases("pairedTests"))
        {
            double[] first = sample.Reals("first"), second = sample.Reals("second");
            PairedTTest test = PairedTTest.Compare(first, second);
            Reference.Agree(sample.Real("t"), test.T, 1e-12, "t");
            Reference.Agree(sample.Real("p"), test.PValue, 1e-10, "p");
            Assert.Equal(first.Length - 1, test.DegreesOfFreedom);
            Assert.Equal(first.Average() - second.Average(), test.MeanDifference, 12);
            Assert.Equal(-test.T, PairedTTest.Compare(second, first).T, 12);
        }
    }

    [Fact]
    public void DifferencesWithoutSpreadHaveNoNaN()
    {
        Assert.Equal(new PairedTTest(0, 0, 2, 1), PairedTTest.Compare([1, 2, 3], [1, 2, 3]));
        Assert.Equal(new PairedTTest(1, double.PositiveInfinity, 2, 0), PairedTTest.Compare([2, 3, 4], [1, 2, 3]));
    }

    [Fact]
    public void WrongListsAreRefused()
    {
        Assert.Contains("2 and 3", Assert.Throws<ArgumentException>(() => PairedTTest.Compare([1, 2], [1, 2, 3])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PairedTTest.Compare([1], [2]));
        Assert.Contains("at index 1 (from 0)", Assert.Throws<ArgumentException>(() => PairedTTest.Compare([1, double.NaN], [1, 2])).Message,
            StringComparison.Ordinal);
    }
}
