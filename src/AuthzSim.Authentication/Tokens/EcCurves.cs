using System.Security.Cryptography;

namespace AuthzSim.Authentication.Tokens;

/// <summary>The elliptic curves that Go knows.</summary>
internal static class EcCurves
{
    /// <summary>The bytes of a coordinate; 0 for a curve that Go does not know.</summary>
    public static int CoordinateLength(ECCurve curve) => !curve.IsNamed ? 0 : curve.Oid.Value switch
    {
        "1.3.132.0.33" => 28,
        "1.2.840.10045.3.1.7" => 32,
        "1.3.132.0.34" => 48,
        "1.3.132.0.35" => 66,
        _ => 0,
    };

    public static bool IsKnown(ECDsa key) => CoordinateLength(key.ExportParameters(false).Curve) > 0;
}
