using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

// *** Format of a checkpoint, version 1: an Envelope "DMLC" ***
// header    JSON in UTF-8: settings, data, seed, history, best epoch and value, step count of the optimiser, random state,
//           lengths of the memories of the losses
// content   float[]: the parameters; the parameters of the best epoch, if any; the state of the optimiser; the memories of the losses

/// <summary>The state of a training between epochs, in memory and in its checkpoint.</summary>
internal sealed class TrainingState
{
    private const int Version = 1;
    private const char ValidationMark = '/';
    private readonly Engine _engine;
    private readonly ITrainingTask _task;
    private readonly Optimizer _optimizer;
    private readonly TrainingOptions _options;
    private readonly string _dataFingerprint;
    private readonly float[]?[] _memories;
    private readonly List<TrainingProgress> _history = [];
    private float[]? _last;
    private float[]? _best;
    private double _bestValue;
    private string? _resumedPreparation;

    private TrainingState(Engine engine, ITrainingTask task, Optimizer optimizer, TrainingOptions options, string dataFingerprint, int seed)
    {
        _engine = engine;
        _task = task;
        _optimizer = optimizer;
        _options = options;
        _dataFingerprint = dataFingerprint;
        _memories = new float[]?[task.Terms.Count];
        Seed = seed;
    }

    private static ReadOnlySpan<byte> Magic => "DMLC"u8;

    /// <summary>Determines the order of rows. Taken from the checkpoint if training is resumed.</summary>
    public int Seed { get; private set; }

    public IReadOnlyList<TrainingProgress> History => _history;

    /// <summary>The best epoch so far, from 1; 0 if none was compared.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The duration of the training before it was resumed.</summary>
    public TimeSpan ElapsedBefore { get; private set; }

    /// <summary>Starts a training, or resumes it if its checkpoint exists.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder of the checkpoint does not exist.</exception>
    /// <exception cref="IOException">The folder is not writable.</exception>
    /// <exception cref="InvalidDataException">
    /// The checkpoint is damaged, has an unknown version, or belongs to another training.
    /// </exception>
    public static TrainingState Open(Engine engine, ITrainingTask task, Optimizer optimizer, TrainingOptions options, int seed)
    {
        if (options.CheckpointPath is not { } path)
            return new TrainingState(engine, task, optimizer, options, dataFingerprint: "", seed);
        try
        {
            AtomicFile.Try(path);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new DirectoryNotFoundException(CannotBeWritten(e), e);
        }
        catch (IOException e)
        {
            throw new IOException(CannotBeWritten(e), e);
        }
        string data = string.Join(' ', task.Rows.Select(rows => RowFingerprint.Of(rows, options.CancellationToken)));
        if (task.ValidationRows is { } validation)
            data += ValidationMark + RowFingerprint.Of(validation, options.CancellationToken);
        var state = new TrainingState(engine, task, optimizer, options, data, seed);
        if (File.Exists(path))
            state.Read(path);
        return state;

        string CannotBeWritten(Exception e) => $"The checkpoint '{path}' cannot be written: {e.Message}";
    }

    /// <summary>Checks that the neighbours are the same as before.</summary>
    /// <exception cref="InvalidDataException">The checkpoint belongs to a training with other neighbours.</exception>
    public void RequireSamePreparation()
    {
        if (_resumedPreparation is { } before && before != _task.PreparedHash)
        {
            throw new InvalidDataException(
                $"The checkpoint '{_options.CheckpointPath}' belongs to a training with another neighbour graph. "
                + "Delete it to start over, or use another path.");
        }
    }

    /// <summary>Returns the memory that a loss keeps from batch to batch, or a copy of it if it must not be modified.</summary>
    public Func<int, float[]> MemoryOf(int term, bool writable)
    {
        float[]? copy = null;
        return length =>
        {
            float[] memory = _memories[term] ??= new float[length];
            if (memory.Length != length)
            {
                throw new ArgumentException(
                    $"The loss '{_task.Terms[term].Name}' requests a memory of length {length}, but requested {memory.Length} before.");
            }
            return writable ? memory : copy ??= [.. memory];
        };
    }

    /// <summary>Adds an epoch to the history, keeps its weights if they are the best, and writes the checkpoint.</summary>
    public void Finish(TrainingProgress progress)
    {
        _history.Add(progress);
        _last = Weights();
        if (_options.EarlyStopping is { } stopping)
        {
            // Negated accuracy, so that less is better.
            double value = stopping.Metric == ValidationMetric.Loss ? progress.Validation!.Loss : -progress.Validation!.Accuracy!.Value;
            if (BestEpoch == 0 || value < _bestValue - stopping.MinimumImprovement)
                (BestEpoch, _bestValue, _best) = (progress.Epoch, value, _last);
        }
        if (_options.CheckpointPath is { } path)
            AtomicFile.Write(path, Write);
    }

    /// <summary>Restores the weights of the best epoch, or of the last finished one if none was compared. Returns its number.</summary>
    public int RestoreResult()
    {
        SetWeights(_best ?? _last);
        return _best is null ? _history.Count : BestEpoch;
    }

    private void Write(FileStream file)
    {
        var header = new CheckpointHeader(Settings(), _dataFingerprint, Seed, _history, BestEpoch, _bestValue, _optimizer.StepCount,
            _engine.RandomState, [.. _memories.Select(memory => memory?.Length ?? -1)], _task.PreparedHash);
        var optimizerState = new float[_optimizer.StateLength];
        _optimizer.SaveState(optimizerState);
        Envelope.Write(file, Magic, Version, JsonSerializer.SerializeToUtf8Bytes(header, SettingsJsonContext.Default.CheckpointHeader),
            stream =>
            {
                foreach (float[] values in new[] { _last!, _best ?? [], optimizerState }.Concat(_memories.OfType<float[]>()))
                    WriteValues(stream, values);
            });
    }

    private void Read(string path)
    {
        int version = Version;
        EnvelopeFault fault = Envelope.Read(
            File.ReadAllBytes(path), Magic, ref version, out ReadOnlyMemory<byte> text, out ReadOnlyMemory<byte> content);
        if (fault == EnvelopeFault.OtherMagic)
            throw new InvalidDataException($"'{path}' is not a checkpoint of Disentangle.ML. Use another path.");
        if (fault == EnvelopeFault.OtherVersion)
        {
            throw new InvalidDataException(
                $"The checkpoint '{path}' has format {version}; this version of Disentangle.ML reads format {Version}. "
                + "Delete it to start over.");
        }
        CheckpointHeader header = (fault == EnvelopeFault.None ? ReadHeader(text.Span) : null) ?? throw Damaged(path);
        ReadOnlySpan<byte> rest = content.Span;
        string? other = TrainingPart(header.Data) != TrainingPart(_dataFingerprint) ? "on other data"
            : header.Data != _dataFingerprint ? "with other validation rows"
            : Upgraded(header.Settings) != Settings() || (_options.Seed is { } seed && seed != header.Seed) ? "with other settings"
            : header.History.Count > (_options.Epochs ?? int.MaxValue)
                ? $"of {header.History.Count} epochs, more than the {_options.Epochs} of the options"
            : null;
        if (other is not null)
            throw new InvalidDataException(
                $"The checkpoint '{path}' belongs to a training {other}. Delete it to start over, or use another path.");

        int weights = _task.Parameters.Sum(parameter => parameter.Value.Shape.Length);
        long numbers = weights * (header.BestEpoch > 0 ? 2L : 1) + _optimizer.StateLength
            + header.Memories.Sum(length => Math.Max(0L, length));
        bool fits = header.Memories.Length == _memories.Length && header.RandomState.Length == _engine.RandomState.Length
            && rest.Length == numbers * sizeof(float);
        if (!fits)
            throw Damaged(path);
        _last = ReadValues(ref rest, weights);
        SetWeights(_last);
        _best = header.BestEpoch > 0 ? ReadValues(ref rest, weights) : null;
        _optimizer.LoadState(header.StepCount, ReadValues(ref rest, _optimizer.StateLength));
        for (int t = 0; t < _memories.Length; t++)
            _memories[t] = header.Memories[t] < 0 ? null : ReadValues(ref rest, header.Memories[t]);
        _engine.RandomState = header.RandomState;
        _history.AddRange(header.History);
        _resumedPreparation = header.Prepared ?? "";
        (Seed, BestEpoch, _bestValue, ElapsedBefore) = (header.Seed, header.BestEpoch, header.BestValue, header.History[^1].Elapsed);

        static string TrainingPart(string data) => data.Split(ValidationMark)[0];
    }

    /// <summary>Reads the header; null if it is invalid.</summary>
    private static CheckpointHeader? ReadHeader(ReadOnlySpan<byte> text)
    {
        CheckpointHeader? header;
        try
        {
            header = JsonSerializer.Deserialize(text, SettingsJsonContext.Default.CheckpointHeader);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            return null;
        }
        return header is { Settings: not null, Data: not null, History.Count: > 0, RandomState: not null, Memories: not null }
            && header is { BestEpoch: >= 0, StepCount: >= 0 }
            && header.BestEpoch <= header.History.Count
            && header.History.All(epoch => epoch is { Terms: not null } && epoch.Elapsed >= TimeSpan.Zero)
            ? header
            : null;
    }

    private static InvalidDataException Damaged(string path) =>
        new($"The checkpoint '{path}' is damaged: it was truncated or altered. Delete it to start over.");

    /// <summary>
    /// The settings that must be the same to resume training: all except its duration, unless the learning rate depends on it.
    /// </summary>
    private string Settings()
    {
        TrainingOptions settings =
            _options with { Epochs = _options.Schedule.DependsOnEnd ? _options.Epochs : 1, MaximumTime = null, Seed = null };
        return $"{_task.Shape} {JsonSerializer.Serialize(settings, _task.SettingsType)}{OwnSettings()}";
    }

    /// <summary>The settings of a checkpoint; those that did not exist when it was written have their defaults.</summary>
    private string Upgraded(string settings)
    {
        string shape = $"{_task.Shape} ";
        if (!settings.StartsWith(shape, StringComparison.Ordinal))
            return settings;
        byte[] text = Encoding.UTF8.GetBytes(settings[shape.Length..]);
        var reader = new Utf8JsonReader(text);
        try
        {
            object? read = JsonSerializer.Deserialize(ref reader, _task.StoredSettingsType);
            string own = Encoding.UTF8.GetString(text.AsSpan((int)reader.BytesConsumed));
            return $"{shape}{JsonSerializer.Serialize(read, _task.SettingsType)}{own}";
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            // Settings of another kind of training, which differ as they are.
            return settings;
        }
    }

    /// <summary>
    /// The ToString of losses and views from outside this library, for which JSON has only the names.
    /// </summary>
    private string OwnSettings()
    {
        if (_options is not EncoderTrainingOptions { Objective: var objective })
            return "";
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return string.Concat(
                objective.Terms.SelectMany(term => ObjectiveConverter.Unknown(term.Loss)).Select(own => $" {own.GetType()} {own}"));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private float[] Weights()
    {
        var values = new float[_task.Parameters.Sum(parameter => parameter.Value.Shape.Length)];
        Span<float> rest = values;
        foreach (Parameter parameter in _task.Parameters)
        {
            parameter.Value.CopyTo(rest);
            rest = rest[parameter.Value.Shape.Length..];
        }
        return values;
    }

    private void SetWeights(ReadOnlySpan<float> values)
    {
        foreach (Parameter parameter in _task.Parameters)
        {
            _engine.SetValues(parameter, values[..parameter.Value.Shape.Length]);
            values = values[parameter.Value.Shape.Length..];
        }
    }

    private static void WriteValues(Stream stream, float[] values)
    {
        if (BitConverter.IsLittleEndian)
        {
            stream.Write(MemoryMarshal.AsBytes<float>(values));
            return;
        }
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    private static float[] ReadValues(ref ReadOnlySpan<byte> bytes, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        bytes = bytes[(count * sizeof(float))..];
        return values;
    }
}
