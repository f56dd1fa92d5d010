using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>The cases to time, by name, and the inputs shared with scikit-learn.</summary>
/// <param name="folder">The folder for the inputs; null without scikit-learn.</param>
internal sealed class Cases(string? folder)
{
    private readonly Dictionary<string, (Func<double> Score, Action? Prepare)> _cases = [];

    public IEnumerable<string> Names => _cases.Keys;

    /// <summary>Adds a case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="score">The code to time; returns a number to compare.</param>
    /// <param name="prepare">Runs before each timed run and is not timed.</param>
    public void Add(string name, Func<double> score, Action? prepare = null) => _cases.Add(name, (score, prepare));

    public void Save<T>(string name, T[] values)
        where T : unmanaged
    {
        if (folder is not null)
            File.WriteAllBytes(Path.Combine(folder, name + ".bin"), MemoryMarshal.AsBytes<T>(values));
    }

    /// <summary>
    /// Prints the fastest run within two seconds, as timeit recommends: slower ones measure the JIT compiler and other processes.
    /// </summary>
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
