using System.Reflection;
using Disentangle.ML.AutoML.Tests;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML;

namespace Disentangle.ML.Orleans.Tests;

public class GrainTests
{
    [Fact]
    public async Task Room_is_given_to_silos_of_the_version_until_there_is_none()
    {
        await using Cluster cluster = await Cluster.StartAsync(2, options => options.Trials = 1);
        SiloReport[] reports = await cluster.ReportsAsync();
        IClusterGrain grain = cluster.Grains.GetGrain<IClusterGrain>(0);
        Assert.Null(await grain.ReserveAsync("z", "another version"));
        SiloAddress? a = await grain.ReserveAsync("a", ClusterVersion.Current), b = await grain.ReserveAsync("b", ClusterVersion.Current);
        Assert.Equal(reports.Select(report => report.Address).ToHashSet(), new[] { a!, b! }.ToHashSet());
        Assert.Null(await grain.ReserveAsync("c", ClusterVersion.Current));
        Assert.Equal(a, await grain.ReserveAsync("a", ClusterVersion.Current));
        await grain.ReleaseAsync("a");
        // A report that was on its way when the trial ended takes no room.
        await grain.AnnounceAsync(reports.Single(report => report.Address.Equals(a)) with { Running = ["a"] });
        Assert.Equal(a, await grain.ReserveAsync("c", ClusterVersion.Current));
    }

    [Fact]
    public async Task A_silo_of_another_version_refuses_a_trial()
    {
        await using Cluster cluster = await Cluster.StartAsync(1);
        TrialReply reply = await cluster.Grains.GetGrain<ITrialGrain>("x/1").RunAsync(Request() with { Version = "0.0.9 (protocol 0)" });
        Assert.Equal(TrialState.Refused, reply.State);
        Assert.Equal($"The silo runs Disentangle.ML {ClusterVersion.Current}, the sweep 0.0.9 (protocol 0); "
            + "install the same version on all silos and on the driver.", reply.Message);
    }

    [Fact]
    public async Task A_sweep_says_that_all_silos_are_of_another_version()
    {
        // A silo that does not announce itself.
        await using Cluster cluster = await Cluster.StartAsync(1, build: silo => silo.Services.Remove(
            silo.Services.Single(service => service.ImplementationType == typeof(SiloAnnouncer))));
        await cluster.Grains.GetGrain<IClusterGrain>(0).AnnounceAsync(new()
        {
            Version = "9.9.9 (protocol 1)",
            Address = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 1),
            Capacity = 4,
            Running = [],
        });
        var experiment = Blobs.Sweep<RateSpace>(settings: new SweepSettings().OnCluster(cluster.Grains));
        InvalidOperationException thrown =
            await Assert.ThrowsAsync<InvalidOperationException>(() => experiment.SetMaxModelToExplore(1).RunAsync(
            TestContext.Current.CancellationToken));
        Assert.Contains("The silo runs Disentangle.ML 9.9.9 (protocol 1), the sweep ", thrown.Message);
    }

    [Fact]
    public void The_hash_of_a_request_covers_all_that_decides_the_result()
    {
        TrialRequest request = Request();
        TrialRequest[] others =
        [
            request with { Version = "2" }, request with { Kind = EncoderKind.Autoencoder }, request with { Options = "{ }" },
            request with { NumberOfClusters = 3 }, request with { Sweep = request.Sweep with { Train = new('2', 64) } },
            request with { Sweep = request.Sweep with { Seeds = "1,2" } },
            request with { Sweep = request.Sweep with { Metric = MetricDescription.Of(SweepMetric.LabelAccuracy()) } },
        ];
        Assert.Equal(others.Length + 1, others.Append(request).Select(one => one.Hash()).Distinct().Count());
        Assert.Equal(request.Hash(), (request with { NeedsModel = true }).Hash());
    }

    [Fact]
    public void Options_that_only_this_process_has_are_refused_at_once()
    {
        var options = Blobs.Options with
        {
            Progress = _ => { },
            ValidationData = Blobs.Validation,
            Objective = Objective.CrossEntropy() + new Objective(new OwnLoss()),
        };
        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => Blobs.Sweep<RateSpace>(options: options, settings: new SweepSettings().OnCluster(NoGrains.Create())));
        Assert.Contains("ValidationData is set", thrown.Message);
        Assert.Contains("Progress is set", thrown.Message);
        Assert.Contains("Objective has a OwnLoss, whose code the silos do not have", thrown.Message);
    }

    [Fact]
    public void Options_are_validated()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(
            () => new SweepSettings().OnCluster(
            NoGrains.Create(), new() { Name = "a/b", DataFolder = "/nowhere", Patience = TimeSpan.Zero }));
        Assert.Contains("Name is 'a/b'", thrown.Message);
        Assert.Contains("DataFolder is '/nowhere', which does not exist.", thrown.Message);
        Assert.Contains("Patience is 00:00:00", thrown.Message);
        thrown = Assert.Throws<ArgumentException>(() => new SweepSiloOptions { ThreadsPerTrial = 0, Trials = 0 }.Validate());
        Assert.Contains("ThreadsPerTrial is 0; it must be at least 1. Trials is 0; it must be at least 1.", thrown.Message);
        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), new SweepSiloOptions { ThreadsPerTrial = 2 }.Capacity);
    }

    [Fact]
    public void Options_survive_JSON()
    {
        var options = new DisentangleEncoderOptions { Network = Network.Gru(inputSize: 3, hidden: 4, embedding: 8), LearningRate = 0.1f,
            Epochs = 3, Seed = 9 };
        var again = SentOptions.Read<DisentangleEncoderOptions>(SentOptions.Write(options));
        Assert.Equal(SentOptions.Write(options), SentOptions.Write(again));
        Assert.Equal((0.1f, 3, 9), (again.LearningRate, again.Epochs, again.Seed));
        Assert.Throws<InvalidDataException>(() => SentOptions.Read<DisentangleEncoderOptions>(new string(' ', 2_000_000)));
    }

    [Fact]
    public void Data_are_accepted_in_order_and_within_limits()
    {
        string path = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var folder = new DataFolder(path, maximumBytes: 1000);
            byte[] content = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];
            string hash = new('c', 64);
            DataChunk first = new() { Hash = hash, Length = 100, Offset = 0, Bytes = content[..60] };
            DataChunk second = first with { Offset = 60, Bytes = content[60..] };

            Assert.Null(folder.Find(hash));
            Assert.True(folder.Claim(hash));
            Assert.False(folder.Claim(hash));
            folder.Write(first);
            Assert.Throws<InvalidDataException>(() => folder.Write(second with { Offset = 59 }));
            Assert.Null(folder.Find(hash));
            folder.Write(second);
            Assert.Equal(content, File.ReadAllBytes(folder.Find(hash)!));

            Assert.Throws<InvalidDataException>(() => folder.Find("../secret"));
            Assert.Throws<InvalidDataException>(() => folder.Write(first with { Hash = new('a', 64), Length = 1001 }));
            Assert.Throws<InvalidDataException>(() => folder.Write(first with { Hash = new('a', 64), Bytes = [] }));
            Assert.Throws<InvalidDataException>(() => folder.Write(first with { Hash = new('a', 64), Offset = 41 }));
            folder.Delete(hash);
            Assert.Null(folder.Find(hash));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private sealed class OwnLoss : ILoss
    {
        public string Name => "own";

        public Tensor Compute(LossContext context) => throw new NotSupportedException();
    }

    /// <summary>A factory that is never asked.</summary>
    public class NoGrains : DispatchProxy
    {
        public static IGrainFactory Create() => Create<IGrainFactory, NoGrains>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException();
    }

    [Fact]
    public async Task Rows_that_do_not_match_their_name_are_deleted_and_not_used()
    {
        string path = Directory.CreateTempSubdirectory().FullName;
        try
        {
            await using Cluster cluster = await Cluster.StartAsync(1, options => options.DataFolder = path);
            TrialRequest request = Request() with { Options = SentOptions.Write(Blobs.Options) };
            using (FileStream file = File.Create(Path.Combine(path, DataFolder.NameOf(request.Sweep.Train))))
                Blobs.Ml.Data.SaveAsBinary(Blobs.Train, file);
            File.Copy(Path.Combine(path, DataFolder.NameOf(request.Sweep.Train)),
                Path.Combine(path, DataFolder.NameOf(request.Sweep.Validation)));
            TrialReply reply;
            do
                reply = await cluster.Grains.GetGrain<ITrialGrain>("x/2").RunAsync(request);
            while (reply.State == TrialState.Running);
            Assert.Equal(TrialState.Failed, reply.State);
            Assert.Contains("do not have the hash in its name", reply.Message);
            Assert.Single(Directory.GetFiles(path));
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [Fact]
    public void The_hash_of_rows_covers_names_types_and_values()
    {
        IDataView rows = Blobs.Train;
        string hash = RowHash.Of(rows);
        Assert.Equal(hash, RowHash.Of(Blobs.Train));
        using var file = new MemoryStream();
        Blobs.Ml.Data.SaveAsBinary(rows, file);
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, file.ToArray());
        Assert.Equal(hash, RowHash.Of(Blobs.Ml.Data.LoadFromBinary(path)));
        File.Delete(path);
        Assert.NotEqual(hash, RowHash.Of(Blobs.Validation));
        Assert.NotEqual(hash, RowHash.Of(Blobs.Ml.Data.TakeRows(rows, 119)));
        Assert.NotEqual(hash, RowHash.Of(Blobs.Ml.Transforms.CopyColumns("Other", "Features").Fit(rows).Transform(rows)));
    }

    private static TrialRequest Request() => new()
    {
        Version = ClusterVersion.Current,
        Kind = EncoderKind.Encoder,
        Options = "{}",
        NumberOfClusters = 4,
        Sweep = new()
        {
            Train = new('0', 64),
            Validation = new('1', 64),
            Features = "Features",
            Label = "Flag",
            EmbeddingColumnName = "Embedding",
            Seeds = "1",
            KMeansRestarts = 2,
            Metric = MetricDescription.Of(Blobs.Judged),
        },
    };
}
