using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Disentangle.ML.Tensors;

namespace Disentangle.ML.Trainers;

// *** Format of a checkpoint, version 1, little-endian ***
// byte[4]   "DMLC"
// int32     version
// int32     length of the header
// byte[]    header, JSON in UTF-8: training (what must be the same), history, best epoch and value, optimiser's step count, random state, lengths of the losses' memories
// float[]   the parameters; the best epoch's parameters where there is one; the optimiser's state; the losses' memories
// byte[32]  SHA-256 of all before

/// <summary>All that a training has to remember between epochs, in memory and in its checkpoint.</summary>
internal sealed class TrainingState
{
    private const int Version = 1;
    private readonly Engine _engine;
    private readonly Encoder _encoder;
    private readonly Optimizer _optimizer;
    private readonly float[]?[] _memories;
    private readonly List<TrainingProgress> _history = [];
    private float[]? _last;
    private float[]? _best;
    private double _bestValue;

    public TrainingState(Engine engine, Encoder encoder, Optimizer optimizer, int terms)
    {
        _engine = engine;
        _encoder = encoder;
        _optimizer = optimizer;
        _memories = new float[]?[terms];
    }

    private static ReadOnlySpan<byte> Magic => "DMLC"u8;

    public IReadOnlyList<TrainingProgress> History => _history;

    /// <summary>The best epoch so far, from 1; 0 where none was compared.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The time that the training took before it was resumed.</summary>
    public TimeSpan ElapsedBefore { get; private set; }

    /// <summary>What a loss keeps from batch to batch.</summary>
    public float[] MemoryOf(int term, int length) => _memories[term] ??= new float[length];

    /// <summary>Takes an epoch into the history, and its weights where they are the best.</summary>
    public void Finish(TrainingProgress progress, EarlyStopping? stopping)
    {
        _history.Add(progress);
        _last = Weights();
        if (stopping is null || progress.Validation is not { } validation)
            return;
        // Accuracy turned round, so that less is better.
        double value = stopping.Metric == ValidationMetric.Loss ? validation.Loss : -(validation.Accuracy ?? 0);
        if (BestEpoch > 0 && !(value < _bestValue - stopping.MinimumImprovement))
            return;
        (BestEpoch, _bestValue, _best) = (progress.Epoch, value, _last);
    }

    /// <summary>Puts the weights of the best epoch back, or those of the last finished one; returns its number.</summary>
    public int RestoreResult(bool best)
    {
        if (best && _best is not null)
        {
            SetWeights(_best);
            return BestEpoch;
        }
        if (_last is not null)
            SetWeights(_last);
        return _history.Count;
    }

    /// <summary>Writes the checkpoint, if one is asked for. The old one stays until the new one is complete.</summary>
    public void Save(TrainingOptions options)
    {
        if (options.CheckpointPath is not { } path)
            return;
        var header = new Header(
            Fingerprint(options), _history, BestEpoch, _bestValue, _optimizer.StepCount, _engine.RandomState, [.. _memories.Select(memory => memory?.Length ?? -1)]);
        var state = new float[_optimizer.StateLength];
        _optimizer.SaveState(state);
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(header, SettingsJson.Options);

        string full = Path.GetFullPath(path), temporary = full + ".tmp";
        using (var hash = SHA256.Create())
        using (FileStream file = File.Create(temporary))
        {
            using (var stream = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                Span<byte> start = stackalloc byte[12];
                Magic.CopyTo(start);
                BinaryPrimitives.WriteInt32LittleEndian(start[4..], Version);
                BinaryPrimitives.WriteInt32LittleEndian(start[8..], text.Length);
                stream.Write(start);
                stream.Write(text);
                foreach (float[] values in new[] { _last!, _best ?? [], state }.Concat(_memories.OfType<float[]>()))
                    WriteValues(stream, values);
            }
            file.Write(hash.Hash!);
        }
        File.Move(temporary, full, overwrite: true);
    }

    /// <summary>Goes on from the checkpoint, if one is asked for and exists.</summary>
    /// <exception cref="InvalidDataException">It is damaged, of an unknown version, or of another training.</exception>
    public void TryResume(TrainingOptions options)
    {
        if (options.CheckpointPath is not { } path || !File.Exists(path))
            return;
        byte[] bytes = File.ReadAllBytes(path);
        ReadOnlySpan<byte> body = bytes.AsSpan(0, Math.Max(0, bytes.Length - SHA256.HashSizeInBytes));
        if (body.Length < 12 || !body.StartsWith(Magic) || !SHA256.HashData(body).AsSpan().SequenceEqual(bytes.AsSpan(body.Length)))
            throw new InvalidDataException($"The checkpoint '{path}' is damaged: it was truncated or altered. Delete it to begin anew.");
        int version = BinaryPrimitives.ReadInt32LittleEndian(body[4..]);
        if (version != Version)
            throw new InvalidDataException($"The checkpoint '{path}' has format {version}; this version of Disentangle.ML reads format {Version}. Delete it to begin anew.");
        int length = BinaryPrimitives.ReadInt32LittleEndian(body[8..]);
        Header header = JsonSerializer.Deserialize<Header>(body.Slice(12, length), SettingsJson.Options)!;
        if (header.Training != Fingerprint(options))
            throw new InvalidDataException($"The checkpoint '{path}' is of a training with other data or settings. Delete it to begin anew, or give another path.");

        ReadOnlySpan<byte> rest = body[(12 + length)..];
        int weights = _encoder.Parameters.Sum(parameter => parameter.Value.Shape.Length);
        _last = ReadValues(ref rest, weights);
        SetWeights(_last);
        _best = header.BestEpoch > 0 ? ReadValues(ref rest, weights) : null;
        _optimizer.LoadState(header.StepCount, ReadValues(ref rest, _optimizer.StateLength));
        for (int t = 0; t < _memories.Length; t++)
            _memories[t] = header.Memories[t] < 0 ? null : ReadValues(ref rest, header.Memories[t]);
        _engine.RandomState = header.RandomState;
        _history.AddRange(header.History);
        (BestEpoch, _bestValue, ElapsedBefore) = (header.BestEpoch, header.BestValue, header.History[^1].Elapsed);
    }

    /// <summary>What must be the same for training to go on: data and settings, but for how long it may take.</summary>
    private string Fingerprint(TrainingOptions options)
    {
        TrainingOptions settings = options with { Epochs = 1, MaximumTime = null };
        string json = JsonSerializer.Serialize(settings, settings.GetType(), SettingsJson.Options);
        return $"{_encoder.Input.Width} {_encoder.ClassCount} {json}";
    }

    private float[] Weights()
    {
        var values = new float[_encoder.Parameters.Sum(parameter => parameter.Value.Shape.Length)];
        Span<float> rest = values;
        foreach (Parameter parameter in _encoder.Parameters)
        {
            parameter.Value.CopyTo(rest);
            rest = rest[parameter.Value.Shape.Length..];
        }
        return values;
    }

    private void SetWeights(ReadOnlySpan<float> values)
    {
        foreach (Parameter parameter in _encoder.Parameters)
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

    private sealed record Header(
        string Training, IReadOnlyList<TrainingProgress> History, int BestEpoch, double BestValue, long StepCount, ulong[] RandomState, int[] Memories);
}
