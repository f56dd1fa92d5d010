using ClusterSweep;
using Disentangle.ML.AutoML;
using Disentangle.ML.AutoML.Tests;
using Disentangle.ML.Sweeps;
using Disentangle.ML.Transforms;
using Microsoft.ML;
using Microsoft.ML.AutoML;

namespace Disentangle.ML.Orleans.Tests;

public class ResumeTests
{
    [Fact]
    public async Task A_sweep_resumes_after_all_silos_ended()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            async Task<(SweepTrialResult<DisentangleEncoderOptions> Best, int Trained)> RunAsync(
                string? name, int trials, string search = "random")
            {
                await using Cluster cluster = await Cluster.StartAsync(2, build: silo =>
                    silo.AddSqliteSweepStorage(Path.Combine(folder, "trials.db")));
                await cluster.ReportsAsync();
                SweepSettings settings = new SweepSettings { KMeansRestarts = 2, Parallelism = 3 }.OnCluster(
                    cluster.Grains, new() { Name = name });
                AutoMLExperiment experiment = Blobs.Sweep<RowMarginSpace>(settings: settings);
                experiment = search == "random" ? experiment.SetRandomSearchTuner(seed: 3) : experiment.SetCostFrugalTuner();
                SweepTrialResult<DisentangleEncoderOptions> best = experiment.RunSweep(trials);
                return (best, cluster.Silos.Sum(silo => silo.Trained));
            }

            Assert.Equal(4, (await RunAsync("margins", 4)).Trained);
            (SweepTrialResult<DisentangleEncoderOptions> resumed, int trained) = await RunAsync("margins", 9);
            Assert.Equal(5, trained);
            string here = ClusterSweepTests.Trials(
                Blobs.Sweep<RowMarginSpace>(settings: new() { KMeansRestarts = 2 }).SetRandomSearchTuner(seed: 3).RunSweep(9));
            Assert.Equal(here, ClusterSweepTests.Trials(resumed));

            // All trials are known, and so is the model of the best.
            (SweepTrialResult<DisentangleEncoderOptions> again, trained) = await RunAsync("margins", 9);
            Assert.Equal(0, trained);
            Assert.Equal(resumed.Metric, Blobs.Ml.Clustering.EvaluateAgainstLabels(again.Model.Transform(Blobs.Validation), "Blob")
                .HungarianAccuracy);

            // Under another name nothing is known.
            Assert.Equal(2, (await RunAsync("other", 2)).Trained);
            Assert.Equal(2, (await RunAsync(name: null, 2)).Trained);

            // A cost-frugal search takes the steps it took before.
            await RunAsync("frugal", 5, "cost-frugal");
            Assert.Equal(3, (await RunAsync("frugal", 8, "cost-frugal")).Trained);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
