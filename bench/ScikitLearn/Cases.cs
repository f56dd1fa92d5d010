using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>What is timed, by name, and the inputs that the other side needs.</summary>
/// <param name="folder">Where inputs are left; null where there is no other side.</param>
internal sealed class Cases(string? folder)
{
    private readonly Dictionary<string, (Func<double> Score, Action? Prepare)> _cases = [];

    public IEnumerable<string> Names => _cases.Keys;

    /// <summary>Adds a case.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="score">What is timed; gives a number to compare.</param>
    /// <param name="prepare">What is done before each run, outside the clock.</param>
    public void Add(string name, Func<double> score, Action? prepare = null) => _cases.Add(name, (score, prepare));

    public void Save<T>(string name, T[] values)
        where T : unmanaged
    {
        if (folder is not null)
            File.WriteAllBytes(Path.Combine(folder, name + ".bin"), MemoryMarshal.AsBytes<T>(values));
    }

    /// <summary>Prints the best of the runs of two seconds, as timeit advises: the others measure the compiler and the rest of the machine.</summary>
    public void Time(string name)
    {
        (Func<double> score, Action? prepare) = _cases[name];
        double value = 0, best = double.MaxValue;
        var clock = Stopwatch.StartNew();
        for (int run = 0; (run < 5 && clock.Elapsed.TotalSeconds < 30) || clock.Elapsed.TotalSeconds < 2; run++)
        {
            prepare?.Invoke();
            long start = Stopwatch.GetTimestamp();
            value = score();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {best:0.000} {value:R}"));
    }
}
