namespace Disentangle.ML.Transforms;

/// <summary>An action on key values, generic in their type.</summary>
internal interface IKeyValueAction<out TResult>
{
    TResult Run<T>() where T : struct;
}
