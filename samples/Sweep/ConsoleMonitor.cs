using Disentangle.ML.AutoML;
using Disentangle.ML.Sweeps;
using Microsoft.ML.AutoML;

namespace Sweep;

/// <summary>Prints a line per trial, with the best score so far.</summary>
internal sealed class ConsoleMonitor(int trials) : IMonitor
{
    private double _best = double.NegativeInfinity;

    public void ReportCompletedTrial(TrialResult result)
    {
        SweepTrial trial = ((SweepTrialResult)result).Trial;
        string parameters = string.Join(", ", trial.Parameters.Keys.Select(name => $"{name} {trial.Number(name),8:G4}"));
        if (trial.Score is { } score)
        {
            _best = Math.Max(_best, score);
            Console.WriteLine($"{trial.Trial + 1,3}/{trials}  {parameters}: {score:F4}  best {_best:F4}  {trial.Seconds:F1} s");
        }
        else
        {
            Console.WriteLine($"{trial.Trial + 1,3}/{trials}  {parameters}: {trial.Failure}");
        }
    }

    public void ReportRunningTrial(TrialSettings settings) { }

    public void ReportBestTrial(TrialResult result) { }

    public void ReportFailTrial(TrialSettings settings, Exception? exception = null) => Console.WriteLine(exception?.Message);
}
