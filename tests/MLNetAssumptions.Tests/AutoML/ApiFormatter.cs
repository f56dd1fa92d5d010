using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Disentangle.ML.MLNetAssumptions.Tests.AutoML;

/// <summary>Prints the public and protected members of an assembly, one a line, in the form of automl-api.txt.</summary>
internal static class ApiFormatter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> _keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(sbyte)] = "sbyte",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static IEnumerable<string> Lines(Assembly assembly) => assembly.GetTypes().Where(IsVisible).SelectMany(TypeLines);

    private static bool IsVisible(Type type)
        => type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
            : type.IsPublic;

    private static IEnumerable<string> TypeLines(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            yield return $"public delegate {Name(invoke.ReturnType)} "
                + $"{Name(type)}({Parameters(invoke)}){Constraints(type.GetGenericArguments())}";
            yield break;
        }
        yield return Obsolete(type) + TypeLine(type);
        if (type.IsEnum)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                yield return $"enum-member {Name(type)}.{field.Name} = "
                    + $"{Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}";
            yield break;
        }
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            string? line = member switch
            {
                ConstructorInfo constructor when Access(constructor) is { } access && !constructor.IsStatic
                    => $"{access} ctor {Name(type)}..ctor({Parameters(constructor)})",
                FieldInfo field when Access(field) is { } access => FieldLine(access, field),
                EventInfo @event when Access(@event.AddMethod!) is { } access
                    => $"{access} event {Name(@event.EventHandlerType!)} {Name(type)}.{@event.Name}",
                PropertyInfo property => PropertyLine(property),
                MethodInfo method when Access(method) is { } access && !method.IsSpecialName => MethodLine(access, method),
                _ => null,
            };
            if (line is not null)
                yield return Obsolete(member) + line;
        }
    }

    private static string TypeLine(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => IsReadOnly(type) ? "readonly struct" : "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        string header = $"public {kind} {Name(type)}";
        if (type.IsEnum)
            return $"{header} : {Name(type.GetEnumUnderlyingType())}";
        var bases = new List<string>();
        if (type.BaseType is { } baseType && baseType != typeof(object) && baseType != typeof(ValueType))
            bases.Add(Name(baseType));
        bases.AddRange(type.GetInterfaces().Where(IsVisible).Select(Name).Order(StringComparer.Ordinal));
        return header + (bases.Count > 0 ? $" : {string.Join(", ", bases)}" : "") + Constraints(type.GetGenericArguments());
    }

    private static string FieldLine(string access, FieldInfo field)
    {
        string kind = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        string value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue(), field.FieldType)}" : "";
        return $"{access} field {kind}{Name(field.FieldType)} {Name(field.DeclaringType!)}.{field.Name}{value}";
    }

    private static string? PropertyLine(PropertyInfo property)
    {
        MethodInfo[] accessors = property.GetAccessors(nonPublic: true).Where(accessor => Access(accessor) is not null).ToArray();
        if (accessors.Length == 0)
            return null;
        string access = accessors.Any(accessor => accessor.IsPublic) ? "public" : "protected";
        IEnumerable<string> bodies = accessors.OrderBy(accessor => accessor != property.GetMethod)
            .Select(accessor => (Access(accessor) == access ? "" : "protected ") + (accessor == property.GetMethod ? "get;" : "set;"));
        string index = string.Join(", ", property.GetIndexParameters().Select(Parameter));
        string name = index.Length > 0 ? $"this[{index}]" : property.Name;
        string type = Modifier(accessors[0]) + Name(property.PropertyType);
        return $"{access} property {type} {Name(property.DeclaringType!)}.{name} {{ {string.Join(' ', bodies)} }}";
    }

    private static string MethodLine(string access, MethodInfo method)
    {
        string generics = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        string constraints = method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : "";
        string name = $"{Name(method.DeclaringType!)}.{method.Name}{generics}";
        return $"{access} method {Modifier(method)}{Name(method.ReturnType)} {name}({Parameters(method)}){constraints}";
    }

    private static string? Access(MethodBase method) =>
        method.IsPublic ? "public" : method.IsFamily || method.IsFamilyOrAssembly ? "protected" : null;

    private static string? Access(FieldInfo field)
        => field.IsPublic ? "public" : field.IsFamily || field.IsFamilyOrAssembly ? "protected" : null;

    private static string Modifier(MethodInfo method)
    {
        if (method.DeclaringType!.IsInterface)
            return "";
        if (method.IsStatic)
            return "static ";
        if (method.IsAbstract)
            return "abstract ";
        if (method.IsVirtual && method.GetBaseDefinition() != method)
            return "override ";
        return method.IsVirtual && !method.IsFinal ? "virtual " : "";
    }

    // An assembly for .NET Standard brings the attribute itself.
    private static bool IsReadOnly(Type type)
        => type.CustomAttributes.Any(attribute => attribute.AttributeType.FullName == typeof(IsReadOnlyAttribute).FullName);

    private static string Obsolete(MemberInfo member) => member.IsDefined(typeof(ObsoleteAttribute), false) ? "[Obsolete] " : "";

    private static string Parameters(MethodBase method)
        => (method.IsDefined(typeof(ExtensionAttribute), false) ? "this " : "") + string.Join(", ", method.GetParameters()
            .Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        string prefix = parameter.IsDefined(typeof(ParamArrayAttribute), false) ? "params "
            : !type.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : "ref ";
        string value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, type)}" : "";
        return $"{prefix}{Name(type.IsByRef ? type.GetElementType()! : type)} {parameter.Name}{value}";
    }

    private static string Literal(object? value, Type type) => value switch
    {
        null => type.IsValueType && !type.IsGenericParameter && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        _ when type.IsEnum => $"{Name(type)}.{Enum.ToObject(type, value)}",
        bool boolean => boolean ? "true" : "false",
        string text => $"\"{text}\"",
        char c => $"'\\u{(int)c:x4}'",
        float number => number.ToString(CultureInfo.InvariantCulture) + "f",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Constraints(Type[] parameters)
        => string.Concat(parameters.Select(parameter =>
        {
            var constraints = new List<string>();
            GenericParameterAttributes attributes = parameter.GenericParameterAttributes;
            bool isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
            if (attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
                constraints.Add("class");
            if (isStruct)
                constraints.Add("struct");
            constraints.AddRange(parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(Name));
            if (attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
                constraints.Add("new()");
            return constraints.Count > 0 ? $" where {parameter.Name} : {string.Join(", ", constraints)}" : "";
        }));

    private static string Name(Type type)
    {
        if (_keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        return QualifiedName(type, type.GetGenericArguments());
    }

    // A nested type's arguments begin with those of the types around it.
    private static string QualifiedName(Type type, Type[] arguments)
    {
        string prefix = type.IsNested ? QualifiedName(type.DeclaringType!, arguments) : type.Namespace!;
        int outer = type.IsNested ? type.DeclaringType!.GetGenericArguments().Length : 0;
        int own = type.GetGenericArguments().Length - outer;
        string name = type.Name.Split('`')[0];
        return own == 0 ? $"{prefix}.{name}" : $"{prefix}.{name}<{string.Join(", ", arguments.Skip(outer).Take(own).Select(Name))}>";
    }
}
