using System.Reflection;

namespace Microsoft.ML
{
    [AttributeUsage(AttributeTargets.Class)]
    public abstract class ExtensionBaseAttribute : Attribute
    {
        private protected ExtensionBaseAttribute(string contractName) => ContractName = contractName;

        public string ContractName { get; }
    }
}

namespace Microsoft.ML.Runtime
{
    /// <summary>The contracts of the registered assemblies.</summary>
    public sealed class ComponentCatalog
    {
        private readonly Lock _lock = new();
        private readonly HashSet<string> _assemblies = [];
        private readonly Dictionary<(Type Attribute, string Contract), Type> _extensions = [];

        internal ComponentCatalog() { }

        public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
        {
            lock (_lock)
            {
                if (!_assemblies.Add(assembly.FullName) || assembly == typeof(ComponentCatalog).Assembly)
                    return;
                foreach (Type type in assembly.GetTypes().Where(type => type.IsClass))
                {
                    foreach (ExtensionBaseAttribute attribute in type.GetCustomAttributes<ExtensionBaseAttribute>())
                    {
                        if (!_extensions.TryAdd((attribute.GetType(), attribute.ContractName), type) && throwOnError)
                        {
                            throw new InvalidOperationException($"An extension for '{attribute.GetType().Name}' with contract '{attribute.ContractName}' " +
                                "has already been registered in the ComponentCatalog.");
                        }
                    }
                }
            }
        }

        internal object CreateExtension(Type attribute, string contract)
        {
            Type type;
            lock (_lock)
                _extensions.TryGetValue((attribute, contract), out type);
            return type is not null
                ? Activator.CreateInstance(type)
                : throw new InvalidOperationException($"Unable to locate an extension for the contract '{contract}'. Ensure you have called " +
                    $"{nameof(ComponentCatalog)}.{nameof(RegisterAssembly)} with the Assembly that contains a class decorated with a '{attribute.FullName}'.");
        }
    }
}
