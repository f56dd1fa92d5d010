namespace Mortality;

/// <summary>A variable measured repeatedly during a stay.</summary>
/// <param name="Parameter">Its name in the files.</param>
/// <param name="Name">Its name in tables.</param>
/// <param name="Unit">Its unit; empty for none.</param>
/// <param name="Absent">
/// The value of an hour without a measurement, if its absence is informative. Null: unknown, the last value is used.
/// </param>
public sealed record Variable(string Parameter, string Name, string Unit, double? Absent = null)
{
    /// <summary>The 37 time series of the challenge.</summary>
    public static IReadOnlyList<Variable> All { get; } =
    [
        new("Albumin", "albumin", "g/dL"),
        new("ALP", "alkaline phosphatase", "IU/L"),
        new("ALT", "alanine transaminase", "IU/L"),
        new("AST", "aspartate transaminase", "IU/L"),
        new("Bilirubin", "bilirubin", "mg/dL"),
        new("BUN", "blood urea nitrogen", "mg/dL"),
        new("Cholesterol", "cholesterol", "mg/dL"),
        new("Creatinine", "creatinine", "mg/dL"),
        new("DiasABP", "diastolic pressure, invasive", "mmHg"),
        new("FiO2", "inspired oxygen", ""),
        new("GCS", "Glasgow coma score", ""),
        new("Glucose", "glucose", "mg/dL"),
        new("HCO3", "bicarbonate", "mmol/L"),
        new("HCT", "haematocrit", "%"),
        new("HR", "heart rate", "/min"),
        new("K", "potassium", "mEq/L"),
        new("Lactate", "lactate", "mmol/L"),
        new("Mg", "magnesium", "mmol/L"),
        new("MAP", "mean pressure, invasive", "mmHg"),
        new("MechVent", "hours ventilated", "of 1", Absent: 0),
        new("Na", "sodium", "mEq/L"),
        new("NIDiasABP", "diastolic pressure, cuff", "mmHg"),
        new("NIMAP", "mean pressure, cuff", "mmHg"),
        new("NISysABP", "systolic pressure, cuff", "mmHg"),
        new("PaCO2", "arterial CO2", "mmHg"),
        new("PaO2", "arterial O2", "mmHg"),
        new("pH", "arterial pH", ""),
        new("Platelets", "platelets", "1000/µL"),
        new("RespRate", "respiration rate", "/min"),
        new("SaO2", "oxygen saturation", "%"),
        new("SysABP", "systolic pressure, invasive", "mmHg"),
        new("Temp", "temperature", "°C"),
        new("TroponinI", "troponin I", "µg/L"),
        new("TroponinT", "troponin T", "µg/L"),
        new("Urine", "urine", "mL/h"),
        new("WBC", "white blood cells", "1000/µL"),
        new("Weight", "weight", "kg"),
    ];

    /// <summary>The index of a parameter in <see cref="All"/>.</summary>
    public static IReadOnlyDictionary<string, int> Indices { get; } =
        All.Index().ToDictionary(pair => pair.Item.Parameter, pair => pair.Index);
}
