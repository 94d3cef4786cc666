using System.Collections.Immutable;
using System.Globalization;
using AuthzSim.Text;

namespace AuthzSim.Rbac;

/// <summary>Findings in upstream's words (upstream: <c>k8s.io/apimachinery/pkg/util/validation/field/errors.go</c>).</summary>
internal static class FieldErrors
{
    public static FieldError Required(string field, string detail = "") =>
        Of(field, FieldErrorType.Required, "Required value", detail);

    public static FieldError Forbidden(string field, string detail) => Of(field, FieldErrorType.Forbidden, "Forbidden", detail);

    public static FieldError TooLong(string field, int maxLength) =>
        Of(field, FieldErrorType.TooLong, "Too long", $"may not be more than {maxLength} bytes");

    public static FieldError Duplicate(string field, string badValue) =>
        Of(field, FieldErrorType.Duplicate, $"Duplicate value: {GoText.Quote(badValue)}", "");

    public static FieldError TooMany(string field, int actual, int max) =>
        Of(field, FieldErrorType.TooMany, string.Create(CultureInfo.InvariantCulture, $"Too many: {actual}"), $"must have at most {max} items");

    public static FieldError Invalid(string field, string badValue, string detail) =>
        InvalidRaw(field, GoText.Quote(badValue), detail);

    /// <summary>Invalid with a bad value that is no string, already in the form in which Go shows it.</summary>
    public static FieldError InvalidRaw(string field, string badValue, string detail) =>
        Of(field, FieldErrorType.Invalid, $"Invalid value: {badValue}", detail);

    public static FieldError NotSupported(string field, string badValue, params ReadOnlySpan<string> supported)
    {
        List<string> quoted = [];
        foreach (var value in supported)
        {
            quoted.Add(GoText.Quote(value));
        }

        return Of(
            field, FieldErrorType.NotSupported,
            $"Unsupported value: {GoText.Quote(badValue)}", $"supported values: {string.Join(", ", quoted)}");
    }

    public static IEnumerable<FieldError> Invalid(string field, string badValue, ImmutableArray<string> details) =>
        details.Select(detail => Invalid(field, badValue, detail));

    private static FieldError Of(string field, FieldErrorType type, string message, string detail) =>
        new(field, type, detail.Length == 0 ? message : $"{message}: {detail}");
}
