using System.Diagnostics;
using Disentangle.ML.Transforms;
using Microsoft.Extensions.Logging;
using Microsoft.ML;

namespace Disentangle.ML.Serving;

/// <summary>
/// A model in a file that may be replaced while it is served. A new file takes effect for the passes that begin after it is read; one
/// that cannot be read is
/// logged, and the old model goes on. Replace a file by renaming a complete one onto it, as <see cref="DisentangleModel.Save"/> does.
/// </summary>
public sealed partial class ServedModel : IDisposable
{
    private readonly string _path;
    private readonly ILogger<ServedModel> _logger;
    private readonly Timer _timer;
    private readonly Lock _reading = new();
    private FileStamp _stamp;
    private volatile LoadedModel _current;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The zip file.</param>
    /// <param name="options">How often it is looked at.</param>
    /// <param name="logger">Is told of every file that takes the older one's place, or cannot.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or no model with a transformer of Disentangle.ML.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public ServedModel(string path, ServingOptions options, ILogger<ServedModel> logger)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        (_path, _logger) = (path, logger);
        _stamp = FileStamp.Of(path);
        _current = Read(version: 1);
        _timer = new Timer(_ => Look(), null, options.ReloadInterval, options.ReloadInterval);
    }

    /// <summary>The model to use now. Keep it through a pass, so that all rows of the pass see the same one.</summary>
    public LoadedModel Current => _current;

    internal MLContext Context { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    /// <summary>Reads the file if it is another than before.</summary>
    private void Look()
    {
        // Reading may take longer than the interval.
        if (!_reading.TryEnter())
            return;
        try
        {
            FileStamp stamp = FileStamp.Of(_path);
            if (stamp == _stamp)
                return;
            _stamp = stamp;
            using Activity? activity = ServingTelemetry.Activities.StartActivity("disentangle.reload");
            bool ok = false;
            try
            {
                _current = Read(_current.Version + 1);
                ok = true;
                LogReloaded(_path, _current.Version);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                activity?.SetStatus(ActivityStatusCode.Error, e.Message);
                LogKept(e, _path, _current.Version);
            }
            ServingTelemetry.Reloads.Add(1, ServingTelemetry.Outcome(ok));
        }
        finally
        {
            _reading.Exit();
        }
    }

    private LoadedModel Read(int version)
    {
        DisentangleModel model = DisentangleModel.Load(Context, _path, out DataViewSchema? schema);
        return new LoadedModel(model, schema, version);
    }

    [LoggerMessage(LogLevel.Information, "{Path} was replaced; version {Version} of the model is served now.")]
    private partial void LogReloaded(string path, int version);

    [LoggerMessage(LogLevel.Error, "{Path} was replaced by a file that cannot be read; version {Version} of the model is still served.")]
    private partial void LogKept(Exception exception, string path, int version);

    private readonly record struct FileStamp(DateTime Written, long Length)
    {
        public static FileStamp Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
    }
}
