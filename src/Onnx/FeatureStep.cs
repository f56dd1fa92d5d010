using Disentangle.ML.Tensors;
using Disentangle.ML.Trainers;
using Disentangle.ML.Transforms;
using Microsoft.ML.Data;
using DataType = Disentangle.ML.Onnx.Protobuf.TensorProto.Types.DataType;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Disentangle.ML.Onnx;

/// <summary>Writes the steps of this library: one tensor for every column that they add.</summary>
internal static class FeatureStep
{
    public static IReadOnlyDictionary<string, string> Write(Graph graph, FeatureTransformer step, FeatureTensors inputs) => step switch
    {
        EncoderTransformer encoder => Encoder(graph, encoder, inputs),
        JointAutoencoderTransformer joint => Joint(graph, joint, inputs),
        GaussianMixtureTransformer mixture => Mixture(graph, mixture, inputs.Features),
        KMeansWithinTransformer clusters => KMeansWithin(graph, clusters, inputs),
        ProjectionTransformer projection => Projection(graph, projection, inputs.Features),
        _ => throw new NotSupportedException($"{step.GetType().Name} has no counterpart in ONNX."),
    };

    private static Dictionary<string, string> Encoder(Graph graph, EncoderTransformer step, FeatureTensors inputs)
    {
        (Encoder encoder, EncoderColumns columns) = (step.Encoder, step.Columns);
        string features = inputs.Lengths is null
            ? inputs.Features
            : graph.Add("Reshape", [inputs.Features, graph.Integers(0, -1, encoder.Input.Width)]);
        using var engine = new RecordingEngine(graph, encoder.Parameters, inputs.Lengths);
        InputScaling? scaling = encoder.Scaling;
        Tensor values = engine.Input(features, encoder.Input.Width);
        Tensor? offset = scaling is null ? null : engine.Constant(new Shape(scaling.Offset.Length), scaling.Offset);
        if (scaling is { Kind: FeatureScalingKind.PrincipalComponents })
        {
            Tensor matrix = engine.Constant(new Shape(scaling.OutputSize, encoder.Input.Width), scaling.Matrix);
            values = engine.MatMul(engine.Subtract(values, offset!), matrix, transposeB: true);
        }
        else if (scaling is not null)
            values = engine.Multiply(engine.Subtract(values, offset!), engine.Constant(offset!.Shape, scaling.Matrix));

        int[] lengths = inputs.Lengths is null ? [] : [.. Enumerable.Repeat(1, RecordingEngine.RowCount)];
        var input = new NetworkInput(values, lengths);
        Tensor embedding = encoder.Forward(engine, input)[^1].Output;
        var outputs = new Dictionary<string, string> { [columns.Embedding] = engine.NameOf(embedding) };
        if ((columns.Score ?? columns.PredictedLabel) is not null)
        {
            Tensor probabilities = encoder.Classifier!.Probabilities(engine, embedding);
            if (encoder.Classifier.LogitCount == 1)
                probabilities = engine.Concatenate([engine.Affine(probabilities, -1, 1), probabilities], 1);
            if (columns.Classes is { } classes)
            {
                var places = new float[classes.Indices.Count * classes.Count];
                for (int i = 0; i < classes.Indices.Count; i++)
                    places[i * classes.Count + classes.Indices[i]] = 1;
                probabilities = engine.MatMul(probabilities, engine.Constant(new Shape(classes.Indices.Count, classes.Count), places));
            }
            AddScores(graph, outputs, engine.NameOf(probabilities), columns.Score, columns.PredictedLabel, columns.Labels!);
        }
        if (columns.Reconstruction is not null)
        {
            Tensor output = ((AutoencoderModule)encoder.Module).Decode(engine, embedding, input).Output;
            if (step.ReconstructsByCrossEntropy)
                output = engine.Activate(output, Activation.Sigmoid);
            if (scaling is not null)
            {
                float[] factors = [.. scaling.Matrix.ToArray().Select(factor => factor == 0 ? 0 : 1 / factor)];
                output = engine.Add(engine.Multiply(output, engine.Constant(offset!.Shape, factors)), offset);
            }
            outputs[columns.Reconstruction] = engine.NameOf(output);
        }
        return outputs;
    }

    private static Dictionary<string, string> Joint(Graph graph, JointAutoencoderTransformer step, FeatureTensors inputs)
    {
        (JointAutoencoder model, JointAutoencoderOptions options) = (step.Model, step.Options);
        using var engine = new RecordingEngine(graph, model.Parameters);
        ContentModule module = model.Content(step.Side);
        Tensor features = module.Features(engine, engine.Input(inputs.Features, model.Input(step.Side).Width));
        Tensor content = module.Mean.Forward(engine, features);
        var outputs = new Dictionary<string, string> { [step.OutputColumnName] = engine.NameOf(content) };
        if ((options.ScoreColumnName ?? options.PredictedLabelColumnName) is not null)
        {
            string scores = engine.NameOf(engine.Softmax(model.Logits(engine, content)));
            AddScores(graph, outputs, scores, options.ScoreColumnName, options.PredictedLabelColumnName, step.Labels);
        }
        if ((options.StyleColumnName ?? options.ReconstructionColumnName) is not null)
        {
            ConvolutionalVariationalModule variational = model.Variational(step.Side);
            Tensor style = variational.StyleMean.Forward(engine, features);
            if (options.StyleColumnName is not null)
                outputs[options.StyleColumnName] = engine.NameOf(style);
            if (options.ReconstructionColumnName is not null)
                outputs[options.ReconstructionColumnName] =
                    engine.NameOf(engine.Activate(variational.Decode(engine, style, content), Activation.Sigmoid));
        }
        return outputs;
    }

    /// <summary>Posteriors of all components at once, in double precision as the mixture computes them: [rows x components].</summary>
    private static Dictionary<string, string> Mixture(Graph graph, GaussianMixtureTransformer step, string features)
    {
        MixtureDensity density = step.Mixture.Density;
        long components = density.ComponentCount, dimension = density.Dimension;
        (double[] factors, double[] logNorms) = Factors(density);
        string rows = graph.Add("Unsqueeze", [graph.Cast(features, DataType.Double)], ("axes", new long[] { 0 }));
        // [components x rows x dimension].
        string centred = graph.Add("Sub", [rows, graph.Constant(density.Means, [components, 1, dimension])]);
        string scaled = density.Type is CovarianceType.Full or CovarianceType.Tied
            ? graph.Add("MatMul", [centred, graph.Constant(factors, [factors.Length / (dimension * dimension), dimension, dimension])])
            : graph.Add("Mul", [centred, graph.Constant(factors, [components, 1, dimension])]);
        string distances = graph.Add("ReduceSum", [graph.Add("Mul", [scaled, scaled])], ("axes", new long[] { 2 }), ("keepdims", 0L));
        string halved = graph.Add("Mul", [graph.Add("Transpose", [distances]), graph.Constant([-0.5], [])]);
        string logs = graph.Add("Add", [halved, graph.Constant(logNorms, [components])]);
        string greatest = graph.Add("ReduceMax", [logs], ("axes", new long[] { 1 }), ("keepdims", 1L));
        string powers = graph.Add("Exp", [graph.Add("Sub", [logs, greatest])]);
        string sum = graph.Add("ReduceSum", [powers], ("axes", new long[] { 1 }), ("keepdims", 1L));
        string posteriors = graph.Cast(graph.Add("Div", [powers, sum]), DataType.Float);

        var outputs = new Dictionary<string, string>();
        AddScores(graph, outputs, posteriors, GaussianMixtureTrainer.ScoreColumnName, GaussianMixtureTrainer.PredictedLabelColumnName,
            ClassLabels.Numbers((int)components));
        if (step.Options.LogDensityColumnName is { } name)
            outputs[name] = graph.Cast(graph.Add("Add", [graph.Add("Log", [sum]), greatest]), DataType.Float);
        return outputs;
    }

    /// <summary>
    /// Transposed inverse Cholesky factors, or 1 / σ where the covariances are no matrices; and log(weight / √((2π)^d |Σ|)) of each
    /// component.
    /// </summary>
    private static (double[] Factors, double[] LogNorms) Factors(MixtureDensity density)
    {
        int dimension = density.Dimension, components = density.ComponentCount;
        bool hasMatrices = density.Type is CovarianceType.Full or CovarianceType.Tied;
        int length = hasMatrices ? dimension * dimension : dimension;
        var factors = new double[(density.Type == CovarianceType.Tied ? 1 : components) * length];
        var logDeterminants = new double[factors.Length / length];
        for (int k = 0; k < logDeterminants.Length; k++)
        {
            Span<double> factor = factors.AsSpan(k * length, length);
            double[] inverse = hasMatrices ? density.Covariances[(k * length)..((k + 1) * length)] : [];
            // The mixture has inverted it before.
            if (hasMatrices && !Cholesky.TryInvertFactor(inverse, dimension))
                throw new InvalidOperationException($"The covariance of component {k} is singular.");
            for (int f = 0; f < dimension; f++)
            {
                if (!hasMatrices)
                    factor[f] = 1 / Math.Sqrt(density.Covariance(k, f, f));
                for (int column = 0; hasMatrices && column <= f; column++)
                    factor[column * dimension + f] = inverse[f * dimension + column];
                logDeterminants[k] += Math.Log(hasMatrices ? inverse[f * (dimension + 1)] : factor[f]);
            }
        }
        double[] logNorms = [.. density.Weights.Select((weight, k) =>
            Math.Log(weight) - dimension / 2.0 * Math.Log(2 * Math.PI) + logDeterminants[k % logDeterminants.Length])];
        return (factors, logNorms);
    }

    /// <summary>Squared distances to all centroids, and the nearest of those of the row's class.</summary>
    private static Dictionary<string, string> KMeansWithin(Graph graph, KMeansWithinTransformer step, FeatureTensors inputs)
    {
        LabelInput label = step.Input.Label!;
        int clusters = step.ClusterNames.Count, classes = label.Labels.Count, dimension = step.Input.Shape.Width;
        double[] centroids = [.. Enumerable.Range(0, clusters).SelectMany(step.Centroid)];
        string rows = graph.Add("Unsqueeze", [graph.Cast(inputs.Features, DataType.Double)], ("axes", new long[] { 1 }));
        string differences = graph.Add("Sub", [rows, graph.Constant(centroids, [1, clusters, dimension])]);
        string distances = graph.Add("ReduceSum", [graph.Add("Mul", [differences, differences])], ("axes", new long[] { 2 }),
            ("keepdims", 0L));

        // One row for no label, and one for each class: infinity for the clusters of other classes. A class without clusters takes any.
        var excluded = new double[(classes + 1) * clusters];
        int first = 0;
        foreach ((int number, string name) in label.Labels.Names.Index())
        {
            int count = step.ClustersPerClass[name];
            Span<double> row = excluded.AsSpan((number + 1) * clusters, clusters);
            if (count > 0)
            {
                row.Fill(double.PositiveInfinity);
                row.Slice(first, count).Clear();
            }
            first += count;
        }
        string index = graph.Add("Reshape", [graph.Cast(inputs.Label!, DataType.Int64), graph.Integers(-1)]);
        if (label.Labels.Type is BooleanDataViewType)
            index = graph.Add("Add", [index, graph.Integer(1)]);
        string excludedOfRow = graph.Add("Gather", [graph.Constant(excluded, [classes + 1, clusters]), index]);
        string nearest = graph.Add("ArgMin", [graph.Add("Add", [distances, excludedOfRow])], ("axis", 1L));
        return new()
        {
            [KMeansWithinTrainer.ScoreColumnName] = graph.Cast(distances, DataType.Float),
            [KMeansWithinTrainer.PredictedLabelColumnName] = Key(graph, nearest),
        };
    }

    /// <summary>
    /// Finds the nearest learned rows by a matrix product and places each row among them as <see cref="RowMap.Place"/> does.
    /// </summary>
    private static Dictionary<string, string> Projection(Graph graph, ProjectionTransformer step, string features)
    {
        RowMap map = step.Map;
        int width = map.Scaling.Offset.Length, components = map.Scaling.OutputSize, count = map.Count;
        string rows = graph.Add("Gemm", [graph.Add("Sub", [features, graph.Constant(map.Scaling.Offset, [width])]),
            graph.Constant(map.Scaling.Matrix, [components, width])], ("transB", 1L));
        string learned = graph.Constant(map.Rows, [count, components]);
        float[] squares = [.. map.Rows.Chunk(components).Select(row => TensorPrimitives.SumOfSquares<float>(row))];
        string order = graph.Add("Gemm", [rows, learned, graph.Constant(squares, [count])], ("transB", 1L), ("alpha", -2f));
        string nearest = graph.AddSecond("TopK", [order, graph.Integers(map.PlacingNeighbors)], ("largest", 0L));

        // [rows x neighbours x 1], in double precision as the library computes them.
        string differences = graph.Cast(graph.Add("Sub", [graph.Add("Unsqueeze", [rows], ("axes", new long[] { 1 })),
            graph.Add("Gather", [learned, nearest])]), DataType.Double);
        string distances = SumOfSquares(graph, differences);
        string radius = graph.Add("Max", [graph.Add("ReduceMax", [distances], ("axes", new long[] { 1 }), ("keepdims", 1L)),
            graph.Constant([RowMap.LeastRadius], [])]);
        string relative = graph.Add("Add", [graph.Add("Div", [distances, radius]), graph.Constant([RowMap.LeastSquare], [])]);
        string one = graph.Constant([1.0], []);
        string weights = graph.Add("Add", [one, graph.Add("Div", [graph.Constant([RowMap.Pull], []), relative])]);

        string positions = graph.Cast(graph.Add("Gather", [graph.Constant(map.Positions, [count, 2]), nearest]), DataType.Double);
        string place = Mean(weights);
        for (int i = 0; i < RowMap.PlacingSteps; i++)
        {
            string away = SumOfSquares(graph, graph.Add("Sub", [place, positions]));
            place = Mean(graph.Add("Div", [weights, graph.Add("Add", [one, away])]));
        }
        return new() { [step.OutputColumnName] = graph.Cast(graph.Add("Squeeze", [place], ("axes", new long[] { 1 })), DataType.Float) };

        string Mean(string weights) => graph.Add("Div", [Sum(graph.Add("Mul", [weights, positions])), Sum(weights)]);
        string Sum(string values) => graph.Add("ReduceSum", [values], ("axes", new long[] { 1 }), ("keepdims", 1L));
    }

    /// <summary>Over the last of three axes, which is kept.</summary>
    private static string SumOfSquares(Graph graph, string values) =>
        graph.Add("ReduceSum", [graph.Add("Mul", [values, values])], ("axes", new long[] { 2 }), ("keepdims", 1L));

    private static void AddScores(
        Graph graph, Dictionary<string, string> outputs, string scores, string? scoreName, string? labelName, ClassLabels labels)
    {
        if (scoreName is not null)
            outputs[scoreName] = scores;
        if (labelName is null)
            return;
        string greatest = graph.Add("ArgMax", [scores], ("axis", 1L));
        outputs[labelName] = labels.Type is BooleanDataViewType ? graph.Cast(greatest, DataType.Bool) : Key(graph, greatest);
    }

    /// <summary>Indices from 0 as a key, in the type that ML.NET's converter gives keys.</summary>
    public static string Key(Graph graph, string indices) => graph.Cast(graph.Add("Add", [indices, graph.Integer(1)]), DataType.Uint32);
}
