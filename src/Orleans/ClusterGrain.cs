namespace Disentangle.ML.Orleans;

/// <summary>
/// Hands out the room of the silos. Its state is in memory only: after the loss of its silo, the others announce themselves and their
/// trials again within a second.
/// </summary>
[GrainType("disentangle-cluster")]
internal sealed class ClusterGrain : Grain, IClusterGrain
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(4);

    /// <summary>How long room is kept for a trial that its silo does not report.</summary>
    private static readonly TimeSpan Reservation = TimeSpan.FromSeconds(10);

    private readonly Dictionary<SiloAddress, (SiloReport Report, DateTime At)> _silos = [];
    private readonly Dictionary<string, (SiloAddress Silo, DateTime At)> _trials = [];

    /// <summary>The trials that ended lately: a report that was on its way may still list them.</summary>
    private readonly Dictionary<string, DateTime> _ended = [];

    public Task AnnounceAsync(SiloReport report)
    {
        DateTime now = DateTime.UtcNow;
        _silos[report.Address] = (report, now);
        foreach (string trial in report.Running.Where(trial => !_ended.ContainsKey(trial)))
            _trials[trial] = (report.Address, now);
        return Task.CompletedTask;
    }

    public Task<SiloReport[]> GetSilosAsync()
    {
        Forget();
        return Task.FromResult(_silos.Values.Select(silo => silo.Report).ToArray());
    }

    public Task<SiloAddress?> ReserveAsync(string trial, string version)
    {
        Forget();
        if (_trials.TryGetValue(trial, out (SiloAddress Silo, DateTime At) known))
            return Task.FromResult<SiloAddress?>(known.Silo);
        (SiloAddress? Silo, int Free) best = (null, 0);
        ILookup<SiloAddress, string> taken = _trials.ToLookup(pair => pair.Value.Silo, pair => pair.Key);
        foreach ((SiloAddress silo, (SiloReport report, _)) in _silos)
        {
            int free = report.Capacity - taken[silo].Count();
            if (report.Version == version && free > best.Free)
                best = (silo, free);
        }
        if (best.Silo is not null)
        {
            _trials[trial] = (best.Silo, DateTime.UtcNow);
            _ended.Remove(trial);
        }
        return Task.FromResult(best.Silo);
    }

    public Task ReleaseAsync(string trial)
    {
        _trials.Remove(trial);
        _ended[trial] = DateTime.UtcNow;
        return Task.CompletedTask;
    }

    private void Forget()
    {
        DateTime now = DateTime.UtcNow;
        foreach (SiloAddress silo in _silos.Where(pair => now - pair.Value.At > Silence).Select(pair => pair.Key).ToArray())
            _silos.Remove(silo);
        foreach ((string trial, (SiloAddress silo, DateTime at)) in _trials.ToArray())
        {
            if (!_silos.ContainsKey(silo) || now - at > Reservation)
                _trials.Remove(trial);
        }
        foreach (string trial in _ended.Where(pair => now - pair.Value > Silence).Select(pair => pair.Key).ToArray())
            _ended.Remove(trial);
    }
}
