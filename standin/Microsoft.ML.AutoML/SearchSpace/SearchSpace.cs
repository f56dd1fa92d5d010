using System.Collections;
using System.Reflection;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

/// <summary>Named options. Their coordinates are in the order of the names.</summary>
public class SearchSpace : OptionBase, IDictionary<string, OptionBase>
{
    private readonly Dictionary<string, OptionBase> _options = [];
    private readonly Parameter _defaultOption;

    public SearchSpace() { }

    protected SearchSpace(Type typeInfo, Parameter defaultOption = null)
    {
        IEnumerable<(MemberInfo Member, Type Type)> members =
        [
            .. typeInfo.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(field => ((MemberInfo)field, field.FieldType)),
            .. typeInfo.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(property => ((MemberInfo)property, property.PropertyType)),
        ];
        foreach ((MemberInfo member, Type type) in members)
        {
            if (OptionOf(member, type) is { } option)
                _options.Add(member.Name, option);
        }
        _defaultOption = defaultOption;
    }

    private IEnumerable<KeyValuePair<string, OptionBase>> Ordered => _options.OrderBy(option => option.Key);

    private ICollection<KeyValuePair<string, OptionBase>> Pairs => _options;

    public override double[] Default => [.. Ordered.SelectMany(option => option.Value.Default)];

    public override int FeatureSpaceDim => _options.Values.Sum(option => option.FeatureSpaceDim);

    public override int?[] Step => [.. Ordered.SelectMany(option => option.Value.Step)];

    public override Parameter SampleFromFeatureSpace(double[] feature)
    {
        Parameter parameter = Parameter.CreateNestedParameter();
        int next = 0;
        foreach ((string name, OptionBase option) in Ordered)
        {
            parameter[name] = option.SampleFromFeatureSpace([.. feature.Skip(next).Take(option.FeatureSpaceDim)]);
            next += option.FeatureSpaceDim;
        }
        return _defaultOption is null ? parameter : Merge(_defaultOption, parameter);
    }

    public override double[] MappingToFeatureSpace(Parameter parameter) =>
        [.. Ordered.SelectMany(option => option.Value.MappingToFeatureSpace(parameter[option.Key]))];

    /// <summary>Stable across processes, because it names the checkpoint file.</summary>
    public override int GetHashCode()
    {
        string middle = SampleFromFeatureSpace([.. Enumerable.Repeat(0.5, FeatureSpaceDim)]).ToString();
        return (int)(middle.Aggregate(17u, (hash, letter) => unchecked(hash * 31 + letter)) >> 1);
    }

    private static OptionBase OptionOf(MemberInfo member, Type type) => member.GetCustomAttributes().FirstOrDefault(attribute =>
        attribute is RangeAttribute or ChoiceAttribute or BooleanChoiceAttribute or NestOptionAttribute) switch
    {
        RangeAttribute { Min: double min, Max: double max } range => new UniformDoubleOption(min, max, range.LogBase, (double?)range.Init),
        RangeAttribute { Min: float min, Max: float max } range => new UniformSingleOption(min, max, range.LogBase, (float?)range.Init),
        RangeAttribute { Min: int min, Max: int max } range => new UniformIntOption(min, max, range.LogBase, (int?)range.Init),
        ChoiceAttribute choice => new ChoiceOption(choice.Candidates, choice.DefaultValue),
        BooleanChoiceAttribute choice => new ChoiceOption([true, false], choice.DefaultValue),
        NestOptionAttribute => new SearchSpace(type),
        _ => null,
    };

    /// <summary>Merges the chosen values with the defaults.</summary>
    private static Parameter Merge(Parameter given, Parameter chosen)
    {
        if (given is not { ParameterType: ParameterType.Object } || chosen is not { ParameterType: ParameterType.Object })
            return chosen ?? given;
        Parameter merged = Parameter.CreateNestedParameter();
        foreach (string key in given.Keys.Union(chosen.Keys))
        {
            merged[key] = Merge(
                given.TryGetValue(key, out Parameter left) ? left : null,
                chosen.TryGetValue(key, out Parameter right) ? right : null);
        }
        return merged;
    }

    public OptionBase this[string key]
    {
        get => _options[key];
        set => _options[key] = value;
    }

    public ICollection<string> Keys => _options.Keys;

    public ICollection<OptionBase> Values => _options.Values;

    public int Count => _options.Count;

    public bool IsReadOnly => Pairs.IsReadOnly;

    public void Add(string key, OptionBase value) => _options.Add(key, value);

    public void Add(KeyValuePair<string, OptionBase> item) => Pairs.Add(item);

    public void Clear() => _options.Clear();

    public bool Contains(KeyValuePair<string, OptionBase> item) => Pairs.Contains(item);

    public bool ContainsKey(string key) => _options.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, OptionBase>[] array, int arrayIndex) => Pairs.CopyTo(array, arrayIndex);

    public bool Remove(string key) => _options.Remove(key);

    public bool Remove(KeyValuePair<string, OptionBase> item) => Pairs.Remove(item);

    public bool TryGetValue(string key, out OptionBase value) => _options.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => _options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _options.GetEnumerator();
}
