namespace Microsoft.ML.AutoML;

public static class AutoMLExperimentExtension
{
    public static AutoMLExperiment SetPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline)
    {
        experiment.Pipeline = pipeline;
        return experiment.AddSearchSpace(AutoMLExperiment.PipelineSearchSpaceName, pipeline.SearchSpace).SetEciCostFrugalTuner();
    }

    public static AutoMLExperiment SetGridSearchTuner(this AutoMLExperiment experiment, int step = 10) =>
        experiment.SetTuner(_ => new GridSearchTuner(experiment.Settings.SearchSpace, step));

    public static AutoMLExperiment SetRandomSearchTuner(this AutoMLExperiment experiment, int? seed = null) =>
        experiment.SetTuner(_ => new RandomSearchTuner(experiment.Settings.SearchSpace, seed ?? experiment.Settings.Seed));

    public static AutoMLExperiment SetCostFrugalTuner(this AutoMLExperiment experiment) =>
        experiment.SetTuner(_ => new CostFrugalTuner(experiment.Settings.SearchSpace, experiment.Settings.Seed,
            experiment.Checkpoint?.Saved ?? []));

    /// <summary>
    /// ML.NET's tuner also chooses among schemas. Pipelines of the stand-in have only one, which leaves the cost-frugal tuner.
    /// </summary>
    public static AutoMLExperiment SetEciCostFrugalTuner(this AutoMLExperiment experiment) => experiment.Pipeline is null
        ? throw new InvalidOperationException($"This tuner requires a {nameof(SweepablePipeline)}.")
        : experiment.SetCostFrugalTuner();

    public static AutoMLExperiment SetSmacTuner(this AutoMLExperiment experiment, int numberInitialPopulation = 20,
        int fitModelEveryNTrials = 10, int numberOfTrees = 10, int nMinForSpit = 2, float splitRatio = 0.8f,
        int localSearchParentCount = 5, int numRandomEISearchConfigurations = 5000, double epsilon = 1e-5,
        int numNeighboursForNumericalParams = 4) =>
        throw new NotSupportedException(
            "SMAC uses Microsoft.ML.FastTree, which the stand-in does not reference; it requires ML.NET's AutoML.");

    public static AutoMLExperiment SetCheckpoint(this AutoMLExperiment experiment, string folder)
    {
        Directory.CreateDirectory(folder);
        experiment.CheckpointFolder = folder;
        return experiment;
    }
}
