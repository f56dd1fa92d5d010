using System.Numerics.Tensors;
using Disentangle.ML.Tensors;
using static Disentangle.ML.Trainers.Tests.Joint.JointSetup;

namespace Disentangle.ML.Trainers.Tests.Joint;

public class JointAutoencoderTrainerTests
{
    [Theory]
    [InlineData(JointMode.Joint)]
    [InlineData(JointMode.Paired)]
    [InlineData(JointMode.Single)]
    public void Every_mode_learns_the_classes(JointMode mode)
    {
        JointTrainingResult result = JointAutoencoderTrainer.Train(Data(), Small with { Mode = mode, Epochs = 25 }, seed: 0);
        Assert.True(Accuracy(result.Model, JointSide.Primary, Images(JointSide.Primary, 60, seed: 8)) > 0.9);
        if (mode == JointMode.Single)
            Assert.Throws<ArgumentOutOfRangeException>(() => new JointEncoderSession(result.Model, JointSide.Auxiliary));
        else
            Assert.True(Accuracy(result.Model, JointSide.Auxiliary, Images(JointSide.Auxiliary, 60, seed: 9)) > 0.9);
        if (mode == JointMode.Joint)
            Assert.True(result.History[^1].Terms["primary reconstruction"] < 0.9 * result.History[0].Terms["primary reconstruction"]);
        else
            Assert.DoesNotContain(result.Model.Parameters, parameter => parameter.Name.Contains("decoder", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(JointMode.Joint)]
    [InlineData(JointMode.Single)]
    public void The_number_of_threads_changes_no_bit(JointMode mode)
    {
        JointTrainingOptions options = Small with { Mode = mode, Epochs = 2 };
        float[][] one = JointAutoencoderTrainer.Train(Data(), options, seed: 0).Weights();
        Assert.Equal(one, JointAutoencoderTrainer.Train(Data(), options with { Threads = 3 }, seed: 0).Weights());
        Assert.NotEqual(one, JointAutoencoderTrainer.Train(Data(), options with { Seed = 4 }, seed: 0).Weights());
    }

    /// <summary>
    /// One batch of all rows, and what each term of it is by plain loops over the posteriors that the start weights give.
    /// </summary>
    [Fact]
    public void Warns_of_classes_that_no_primary_row_has()
    {
        var told = new List<string>();
        JointTrainingOptions options = Small with { Epochs = 1 };
        JointTrainingResult result =
            JointAutoencoderTrainer.Train(Data() with { ClassCount = Classes + 2 }, options, seed: 0, onWarning: told.Add);
        Assert.Equal(["Of the 5 classes, 3 have primary rows."], result.Warnings);
        Assert.Equal(told, result.Warnings);
        Assert.Empty(JointAutoencoderTrainer.Train(Data(), options, seed: 0).Warnings);
    }

    [Fact]
    public void The_terms_are_those_of_the_paper()
    {
        JointTrainingOptions options = Small with { Epochs = 1, BatchSize = 100, ClassifierDropout = 0 };
        // Rows 0, 3, 6, ... of class 0 have no label; the others are paired.
        JointTrainingData data = new(Images(JointSide.Primary, 12, label: Label), Images(JointSide.Auxiliary, 24, label: Label), Classes);
        static int Label(int row) => row % Classes == 0 ? -1 : row % Classes;
        TrainingProgress progress = JointAutoencoderTrainer.Train(data, options, seed: 0).History.Single();

        using var engine = new ManagedEngine(options.Threads, options.Seed!.Value);
        var model = new JointAutoencoder(engine, options, Classes, options.Seed!.Value);
        var batch = new JointBatch(model.Input(JointSide.Primary), model.Input(JointSide.Auxiliary));
        Assert.Single(new JointBatches(data, default, options, options.Seed!.Value).Epoch(0, batch));
        Assert.Equal((16, 20, 24, 28), (batch.Pairs, batch.Primary.Count, batch.Auxiliary.Count, batch.Count));
        using IDisposable step = engine.BeginStep(training: false);
        Codes x = Codes.Of(engine, model, JointSide.Primary, batch.Primary),
            y = Codes.Of(engine, model, JointSide.Auxiliary, batch.Auxiliary);

        var expected = new Dictionary<string, double>
        {
            ["primary style"] = Enumerable.Range(0, 20).Average(row => Divergence(x.Style[row], null)),
            ["auxiliary style"] = Enumerable.Range(0, 24).Average(row => Divergence(y.Style[row], null)),
            ["auxiliary content"] = Enumerable.Range(0, 24).Average(row => Divergence(y.Content[row], null)),
            ["content match"] = Enumerable.Range(0, 20)
                .Average(row => Divergence(x.Content[row], row < batch.Pairs ? y.Content[row] : null)),
        };
        foreach ((string name, double value) in expected)
            Assert.Equal(value, progress.Terms[name], 1e-5 * Math.Max(1, value));

        // Chance decides what is decoded and classified; near the start weights the pixels are about a coin's throw, and so are the
        // classes.
        Assert.Equal(72 * Math.Log(2), progress.Terms["primary reconstruction"], 8.0);
        Assert.Equal(16 * Math.Log(2), progress.Terms["auxiliary reconstruction"], 2.0);
        Assert.Equal(Math.Log(3), progress.Terms["primary cross-entropy"], 0.3);
        Assert.Equal(Math.Log(3), progress.Terms["auxiliary cross-entropy"], 0.3);
        double weighted = progress.Terms.Sum(term => term.Value * (term.Key switch
        {
            "primary cross-entropy" => options.PrimaryClassificationWeight,
            "auxiliary cross-entropy" => options.AuxiliaryClassificationWeight,
            _ => 1,
        }));
        Assert.Equal(8, progress.Terms.Count);
        Assert.Equal(weighted, progress.Loss, 1e-6 * weighted);
    }

    [Fact]
    public void Matching_draws_the_contents_of_a_class_together()
    {
        JointTrainingResult result = JointAutoencoderTrainer.Train(Data(), Small with { Epochs = 25 }, seed: 0);
        float[][] x = Means(result.Model, JointSide.Primary), y = Means(result.Model, JointSide.Auxiliary);
        for (int i = 0; i < Classes; i++)
            Assert.Equal(i, Enumerable.Range(0, Classes).MinBy(j => TensorPrimitives.Distance<float>(x[i], y[j])));

        static float[][] Means(JointAutoencoder model, JointSide side)
        {
            RowStore rows = Images(side, 60, seed: 7);
            using var session = new JointEncoderSession(model, side);
            var contents = new float[rows.Count * model.ContentSize];
            session.Encode(Batch(rows), contents);
            float Mean(int label, int dimension) => Enumerable.Range(0, rows.Count).Where(row => rows.Label(row) == label)
                .Average(row => contents[row * model.ContentSize + dimension]);
            return [.. Enumerable.Range(0, Classes)
                .Select(label => Enumerable.Range(0, model.ContentSize).Select(d => Mean(label, d)).ToArray())];
        }
    }

    [Fact]
    public void Early_stopping_keeps_the_weights_with_the_best_primary_accuracy()
    {
        JointTrainingOptions options = Small with
        {
            Epochs = 30,
            EarlyStopping = new EarlyStopping { Metric = ValidationMetric.Accuracy, Patience = 4 },
        };
        RowStore validation = Images(JointSide.Primary, 30, seed: 5);
        JointTrainingResult result = JointAutoencoderTrainer.Train(Data() with { Validation = validation }, options, seed: 0);
        double[] accuracies = [.. result.History.Select(progress => progress.Validation!.Accuracy!.Value)];
        Assert.Equal(StopReason.EarlyStopping, result.StopReason);
        Assert.Equal(accuracies.Max(), accuracies[result.BestEpoch - 1]);
        Assert.Equal(accuracies.Max(), Accuracy(result.Model, JointSide.Primary, validation), 1e-12);
        Assert.Equal(["primary cross-entropy"], result.History[0].Validation!.Terms.Keys);
    }

    [Fact]
    public void Rows_kept_for_validation_do_not_train()
    {
        JointTrainingOptions options = Small with { ValidationFraction = 0.4, Epochs = 2 };
        JointTrainingData data = Data(primary: 30);
        float[][] weights = JointAutoencoderTrainer.Train(data, options, seed: 0).Weights();
        var partition = new RowPartition(0.4, options.Seed!.Value);
        int[] kept = [.. Enumerable.Range(0, 30).Where(row => partition.Validates(row))];
        Assert.InRange(kept.Length, 1, 29);
        foreach (int row in kept)
            data.Primary.Features(row).Fill(0.5f);
        Assert.Equal(weights, JointAutoencoderTrainer.Train(data, options, seed: 0).Weights());
    }

    [Fact]
    public void A_resumed_training_has_the_bits_of_an_uninterrupted_one()
    {
        string folder = Directory.CreateTempSubdirectory("disentangle-").FullName;
        try
        {
            using var source = new CancellationTokenSource();
            JointTrainingOptions options = Small with { CheckpointPath = Path.Combine(folder, "checkpoint") };
            JointTrainingResult whole = JointAutoencoderTrainer.Train(Data(), Small, seed: 0);
            JointTrainingResult part = JointAutoencoderTrainer.Train(
                Data(), options with { CancellationToken = source.Token, Progress = progress => source.CancelAt(2, progress) }, seed: 0);
            Assert.Equal(StopReason.Cancelled, part.StopReason);
            Assert.Equal(2, part.History.Count);
            Assert.Equal(whole.Weights(), JointAutoencoderTrainer.Train(Data(), options, seed: 0).Weights());

            Assert.Contains("on other data", Assert.Throws<InvalidDataException>(() =>
                JointAutoencoderTrainer.Train(Data(auxiliary: 51), options, seed: 0)).Message);
            Assert.Contains("with other settings", Assert.Throws<InvalidDataException>(() =>
                JointAutoencoderTrainer.Train(Data(), options with { Mode = JointMode.Paired }, seed: 0)).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_named()
    {
        // After the first step weights are about 1e8, and a draw has e^(log-variance / 2): it is the reconstruction of it that overflows.
        NonFiniteLossException exception = Assert.Throws<NonFiniteLossException>(() =>
            JointAutoencoderTrainer.Train(Data(), Small with { LearningRate = 1e8f }, seed: 0));
        Assert.Contains($"'{exception.Term}'", exception.Message);
        Assert.Equal("primary reconstruction", exception.Term);
    }

    [Fact]
    public void What_a_session_gives_for_a_row_does_not_depend_on_the_others()
    {
        JointAutoencoder model = JointAutoencoderTrainer.Train(Data(), Small with { Epochs = 1 }, seed: 0).Model;
        foreach (JointSide side in Enum.GetValues<JointSide>())
        {
            RowStore rows = Images(side, 9, seed: 4);
            (int width, int style) = (model.Input(side).Width, model.StyleSize(side));
            var all = (Content: new float[9 * 4], Score: new float[9 * Classes], Style: new float[9 * style], Image: new float[9 * width]);
            var one = (Content: new float[4], Score: new float[Classes], Style: new float[style], Image: new float[width]);
            using var session = new JointEncoderSession(model, side, threads: 2);
            session.Encode(Batch(rows), all.Content, all.Score, all.Style, all.Image);
            Assert.All(all.Image, value => Assert.InRange(value, 0f, 1f));
            for (int row = 0; row < 9; row++)
            {
                var single = new RowBatch(model.Input(side));
                single.Add(rows.Features(row));
                session.Encode(single, one.Content, one.Score, one.Style, one.Image);
                Assert.Equal(all.Content[Row(row, one.Content.Length)], one.Content);
                Assert.Equal(all.Score[Row(row, one.Score.Length)], one.Score);
                Assert.Equal(1, one.Score.Sum(), 1e-5f);
                Assert.Equal(all.Style[Row(row, one.Style.Length)], one.Style);
                Assert.Equal(all.Image[Row(row, one.Image.Length)], one.Image);
                session.Decode(one.Content, one.Style, one.Image);
                Assert.Equal(all.Image[Row(row, one.Image.Length)], one.Image);
            }
        }

        static Range Row(int row, int size) => (row * size)..((row + 1) * size);
    }

    [Fact]
    public void A_content_is_decoded_with_the_style_of_another_row()
    {
        JointAutoencoder model = JointAutoencoderTrainer.Train(Data(), Small with { Epochs = 1 }, seed: 0).Model;
        (int width, int style) = (model.Input(JointSide.Primary).Width, model.StyleSize(JointSide.Primary));
        var (contents, styles, images, swapped) = (new float[2 * 4], new float[2 * style], new float[2 * width], new float[2 * width]);
        using var session = new JointEncoderSession(model, JointSide.Primary);
        session.Encode(Batch(Images(JointSide.Primary, 2)), contents, styles: styles, reconstructions: images);
        session.Decode(contents, [.. styles[style..], .. styles[..style]], swapped);
        Assert.NotEqual(images[..width], swapped[..width]);
        Assert.NotEqual(images[width..], swapped[..width]);
        Assert.All(swapped, value => Assert.InRange(value, 0f, 1f));

        session.Decode([], [], []);
        Assert.Contains("contents has length 4; expected 8",
            Assert.Throws<ArgumentException>(() => session.Decode(contents.AsSpan(4), styles, images)).Message);
        Assert.Contains($"styles has length {style}; expected {2 * style}",
            Assert.Throws<ArgumentException>(() => session.Decode(contents, styles.AsSpan(style), images)).Message);
        Assert.Contains($"images has length {width - 1}; expected 0",
            Assert.Throws<ArgumentException>(() => session.Decode(contents, styles, images.AsSpan(0, width - 1))).Message);
    }

    [Fact]
    public void Only_the_joint_mode_has_styles_and_reconstructions()
    {
        JointAutoencoder model = JointAutoencoderTrainer.Train(Data(), Small with { Mode = JointMode.Paired, Epochs = 1 }, seed: 0).Model;
        Assert.Equal(0, model.StyleSize(JointSide.Primary));
        using var session = new JointEncoderSession(model, JointSide.Primary);
        RowBatch rows = Batch(Images(JointSide.Primary, 1));
        var reconstruction = new float[model.Input(JointSide.Primary).Width];
        Assert.Contains("mode Paired", Assert.Throws<InvalidOperationException>(() =>
            session.Encode(rows, new float[4], reconstructions: reconstruction)).Message);
        Assert.Contains("mode Paired", Assert.Throws<InvalidOperationException>(() => session.Decode(new float[4], [], reconstruction))
            .Message);
        Assert.Contains("contents has length 3; expected 4",
            Assert.Throws<ArgumentException>(() => session.Encode(rows, new float[3])).Message);
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused()
    {
        static void Refuses(string message, JointTrainingData data, JointTrainingOptions? options = null) =>
            Assert.Contains(message,
                Assert.Throws<InvalidDataException>(() => JointAutoencoderTrainer.Train(data, options ?? Small, seed: 0)).Message);
        RowStore x = Images(JointSide.Primary, 9), y = Images(JointSide.Auxiliary, 9);

        Refuses("There are no primary rows", new(new RowStore(), y, Classes));
        Refuses("There are no auxiliary rows", new(x, new RowStore(), Classes));
        Refuses("Row 0 (from 0) of the primary set has 16 values; Primary.Image is 6 x 6 x 2 = 72", new(y, y, Classes));
        Refuses("Row 2 (from 0) of the auxiliary set has the label 2; the classes are 0 to 1",
            new(Images(JointSide.Primary, 9, label: row => row % 2), y, 2));
        Refuses("have labels of 1 classes", new(Images(JointSide.Primary, 9, label: _ => 1), y, Classes));
        Refuses("share no label",
            new(Images(JointSide.Primary, 9, label: row => row % 2), Images(JointSide.Auxiliary, 9, label: _ => 2), Classes));

        RowStore bright = Images(JointSide.Auxiliary, 9);
        bright.Features(4)[3] = 255;
        Refuses("Row 4 (from 0) of the auxiliary set has the value 255. The reconstruction needs values between 0 and 1",
            new(x, bright, Classes));
        JointAutoencoderTrainer.Train(new(x, bright, Classes), Small with { Mode = JointMode.Paired, Epochs = 1 }, seed: 0);
    }

    [Fact]
    public void All_faults_of_the_options_are_told_at_once()
    {
        JointTrainingOptions options = Small with
        {
            BatchSize = 0,
            Auxiliary = Small.Auxiliary with { Content = 5, Style = 0 },
            ClassifierHidden = [3, 0],
            ClassifierDropout = 1,
            PrimaryClassificationWeight = -1,
            AuxiliaryClassificationWeight = float.NaN,
            Schedule = new LearningRateSchedule { Stages = [] },
        };
        string message = Assert.Throws<ArgumentException>(options.Validate).Message;
        foreach (string fault in (string[])
        [
            "8 errors", "BatchSize is 0", "Auxiliary.Style is 0", "Primary.Content is 4 and Auxiliary.Content is 5",
                "ClassifierHidden is [3, 0]",
            "ClassifierDropout is 1", "PrimaryClassificationWeight is -1", "AuxiliaryClassificationWeight is NaN", "Schedule.Stages is []",
        ])
        {
            Assert.Contains(fault, message);
        }
        string missing = Assert.Throws<ArgumentException>((Small with { Primary = null!, Auxiliary = null! }).Validate).Message;
        Assert.Contains("Primary is null", missing);
        Assert.Contains("Auxiliary is null", missing);
        Assert.Contains("EarlyStopping needs validation rows", Assert.Throws<ArgumentException>(() =>
            JointAutoencoderTrainer.Train(Data(), Small with { EarlyStopping = new() }, seed: 0)).Message);
    }

    /// <summary>The posteriors of rows: mean and log-variance of each dimension.</summary>
    private sealed record Codes((float Mean, float LogVariance)[][] Style, (float Mean, float LogVariance)[][] Content)
    {
        public static Codes Of(Engine engine, JointAutoencoder model, JointSide side, RowBatch rows)
        {
            VariationalCode code = model.Variational(side).Encode(engine, rows.ToInput(engine).Values);
            return new Codes(Rows(code.Style), Rows(code.Content));
        }

        private static (float, float)[][] Rows(GaussianCode code) =>
            [.. code.Mean.ToArray().Zip(code.LogVariance.ToArray()).Chunk(code.Mean.Shape[1])];
    }

    private static double Divergence((float Mean, float LogVariance)[] p, (float Mean, float LogVariance)[]? q)
    {
        double sum = 0;
        for (int d = 0; d < p.Length; d++)
        {
            double variance = Math.Exp(p[d].LogVariance), otherVariance = q is null ? 1 : Math.Exp(q[d].LogVariance);
            double distance = p[d].Mean - (q is null ? 0 : q[d].Mean);
            sum += 0.5 * ((variance + distance * distance) / otherVariance - 1 + Math.Log(otherVariance) - Math.Log(variance));
        }
        return sum;
    }
}
