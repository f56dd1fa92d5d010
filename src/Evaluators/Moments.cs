namespace Disentangle.ML.Evaluators;

/// <summary>The number, mean and sum of squared deviations of values seen one by one (Welford 1962).</summary>
internal readonly record struct Moments(int Count, double Mean, double Squares)
{
    public Moments With(double value)
    {
        double difference = value - Mean, mean = Mean + difference / (Count + 1);
        return new(Count + 1, mean, Squares + difference * (value - mean));
    }

    /// <summary>Those of both sets of values (Chan, Golub and LeVeque 1979).</summary>
    public static Moments operator +(Moments a, Moments b)
    {
        int count = a.Count + b.Count;
        if (count == 0)
            return default;
        double difference = b.Mean - a.Mean, share = (double)b.Count / count;
        return new(count, a.Mean + difference * share, a.Squares + b.Squares + difference * difference * a.Count * share);
    }

    /// <summary>For each part those of all other parts together, without subtractions, which would lose digits.</summary>
    public static Moments[] OfOthers(Moments[] parts)
    {
        var others = new Moments[parts.Length];
        Moments sum = default;
        for (int i = 0; i < parts.Length; i++)
        {
            others[i] = sum;
            sum += parts[i];
        }
        sum = default;
        for (int i = parts.Length - 1; i >= 0; i--)
        {
            others[i] += sum;
            sum += parts[i];
        }
        return others;
    }
}
