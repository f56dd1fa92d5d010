using System.Globalization;
using System.IO.Compression;
using CsvHelper;

namespace Mortality;

/// <summary>
/// Reads the PhysioNet/CinC Challenge 2012: a folder set-a with one text file per stay (Time,Parameter,Value) beside Outcomes-a.txt, as
/// published, or a single file set-a.csv or set-a.csv.gz (RecordID,Minute,Parameter,Value) beside Outcomes-a.csv. Set b likewise.
/// </summary>
public static class PhysioNet
{
    /// <summary>A message that names the sets missing from a folder; null if both are present.</summary>
    public static string? Missing(string folder)
    {
        string[] missing = [.. new[] { "a", "b" }.Where(set => Find(folder, set) is null)];
        return missing.Length == 0 ? null
            : $"'{folder}' has no set {string.Join(" and no set ", missing)} of the PhysioNet Challenge 2012. "
                + "Put the folders set-a and set-b there, unpacked, with Outcomes-a.txt and Outcomes-b.txt: "
                + "https://physionet.org/content/challenge-2012/1.0.0/";
    }

    /// <summary>The stays of a set, ordered by record.</summary>
    /// <exception cref="FileNotFoundException">The files are missing.</exception>
    /// <exception cref="InvalidDataException">A stay has no outcome.</exception>
    public static IReadOnlyList<Stay> Load(string folder, string set)
    {
        (string series, string outcomes) = Find(folder, set) ?? throw new FileNotFoundException(Missing(folder));
        var stays = new SortedDictionary<int, Stay>();
        foreach (var (record, minute, parameter, value) in Directory.Exists(series) ? Published(series) : Long(series))
        {
            if (!stays.TryGetValue(record, out Stay? stay))
                stays[record] = stay = new Stay(record);
            stay.Add(minute, parameter, value);
        }

        Dictionary<int, bool> died = [];
        using (CsvReader csv = Open(outcomes))
        {
            while (csv.Read())
                died[csv.Parse<int>("RecordID")] = csv.Parse<int>("In-hospital_death") == 1;
        }
        foreach (Stay stay in stays.Values)
        {
            if (!died.TryGetValue(stay.Record, out bool outcome))
                throw new InvalidDataException($"'{outcomes}' has no record {stay.Record}.");
            stay.Died = outcome;
        }
        return [.. stays.Values];
    }

    private static (string Series, string Outcomes)? Find(string folder, string set)
    {
        string? There(params string[] names) => names.Select(name => Path.Combine(folder, name)).FirstOrDefault(Path.Exists);
        string? outcomes = There($"Outcomes-{set}.txt", $"Outcomes-{set}.csv");
        string? series = There($"set-{set}", $"set-{set}.csv", $"set-{set}.csv.gz");
        return outcomes is null || series is null ? null : (series, outcomes);
    }

    private static IEnumerable<(int Record, int Minute, string Parameter, double Value)> Published(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.txt"))
        {
            int record = int.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture);
            using CsvReader csv = Open(path);
            while (csv.Read())
            {
                string time = csv.GetString(0);
                int minute = 60 * int.Parse(time.AsSpan(0, 2), CultureInfo.InvariantCulture)
                    + int.Parse(time.AsSpan(3), CultureInfo.InvariantCulture);
                yield return (record, minute, csv.GetString(1), csv.Parse<double>(2));
            }
        }
    }

    private static IEnumerable<(int Record, int Minute, string Parameter, double Value)> Long(string path)
    {
        using CsvReader csv = Open(path);
        while (csv.Read())
            yield return (csv.Parse<int>(0), csv.Parse<int>(1), csv.GetString(2), csv.Parse<double>(3));
    }

    private static CsvReader Open(string path)
    {
        Stream file = File.OpenRead(path);
        Stream text = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        return CsvReader.Create(text, new CsvReaderOptions { Separator = ',', MissingField = CsvMissingFieldHandling.Throw });
    }
}
