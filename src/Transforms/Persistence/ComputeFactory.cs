using System.Collections.Concurrent;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Disentangle.ML.Transforms;

/// <summary>Computes a row with the transformer that the payload holds.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ComputeFactory : CustomMappingFactory<PayloadAndFeatures, ComputedPieces>
{
    public const string Contract = "Disentangle.ML.Compute.1";

    public override Action<PayloadAndFeatures, ComputedPieces> GetMapping() =>
        static (row, pieces) => Payloads<RowComputer>.Find(row.Payload, payload => new RowComputer(ModelPayload.ReadTransformer(payload)))
            .Compute(row, pieces);

    /// <summary>Computes single rows for any number of threads.</summary>
    private sealed class RowComputer(FeatureTransformer transformer)
    {
        private readonly ConcurrentBag<Workspace> _idle = [];

        public void Compute(PayloadAndFeatures row, ComputedPieces pieces)
        {
            if (!_idle.TryTake(out Workspace? workspace))
                workspace = new Workspace(transformer);
            workspace.Compute(row, pieces);
            _idle.Add(workspace);
        }
    }

    private sealed class Workspace(FeatureTransformer transformer)
    {
        private readonly RowSession _session = transformer.Open(capacity: 1, threads: 1);
        private float[] _features = [];
        private float[] _withClass = [];

        public void Compute(PayloadAndFeatures row, ComputedPieces pieces)
        {
            VBuffer<float> values = row.Features;
            long? steps = row.Length == PayloadAndFeatures.AllSteps ? null : (long)row.Length;
            _session.Clear();
            int label = transformer.Input.Label?.Take(ref values, transformer.Input, ref _withClass) ?? -1;
            _session.Add(
                FeatureReader.Check(in values, steps, transformer.Input.Shape, transformer.InputColumnName, rowNumber: null,
                    ref _features), label);
            _session.Run();

            int vectors = 0;
            for (int i = 0; i < transformer.Outputs.Count; i++)
            {
                if (transformer.Outputs[i].Labels is not null)
                    (pieces.ClassNumber, pieces.ClassBoolean) = ((uint)_session.Class(0) + 1, _session.Class(0) == 1);
                else if (transformer.Outputs[i].IsNumber)
                    pieces.Number = _session.Vector(i, row: 0)[0];
                else
                    Pieces.Write(pieces, vectors++, _session.Vector(i, row: 0));
            }
        }
    }
}
