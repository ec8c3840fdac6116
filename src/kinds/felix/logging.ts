/** Felix: logs, reports, health, metrics. */
import { durationSchema } from '../scalars/codecs.ts';
import { field, int, list, pointer, struct, text } from '../schema.ts';
import { flag, interval, number, optional, pattern, string, words } from './fields.ts';

const SEVERITIES = words('Trace', 'Debug', 'Info', 'Warning', 'Error', 'Fatal');

export const logging = {
  logPrefix: string('LogPrefix', 'What the log lines of rules with action Log begin with.', {
    pattern: pattern('^([a-zA-Z0-9%: /_-])*$'),
  }),
  logActionRateLimit: optional('LogActionRateLimit', 'Most log lines of rules per time, such as 10/minute.', {
    pattern: pattern(String.raw`^[1-9]\d{0,3}/(?:second|minute|hour|day)$`),
  }),
  logActionRateLimitBurst: field('LogActionRateLimitBurst', pointer(int('int', { min: 0, max: 9999 })), {
    doc: 'Log lines of rules that may come at once.',
  }),
  logFilePath: string('LogFilePath', 'File that Felix logs to; `none` for no file.'),
  logSeverityFile: string('LogSeverityFile', 'Least severity that goes to the file.', { pattern: SEVERITIES }),
  logSeverityScreen: string('LogSeverityScreen', 'Least severity that goes to the standard output.', {
    pattern: SEVERITIES,
  }),
  logSeveritySys: string('LogSeveritySys', 'Least severity that goes to syslog.', { pattern: SEVERITIES }),
  logDebugFilenameRegex: string('LogDebugFilenameRegex', 'Source files of Felix whose debug logs are wanted.'),
};

export const reporting = {
  reportingInterval: interval('ReportingInterval', 'How often Felix reports its status (etcd); 0 for never.'),
  reportingTTL: interval('ReportingTTL', 'How long a reported status holds.'),
  endpointReportingEnabled: flag('EndpointReportingEnabled', 'Whether the status of endpoints is reported.'),
  endpointReportingDelay: interval('EndpointReportingDelay', 'How long reports of endpoints are held back.'),
  endpointStatusPathPrefix: string('EndpointStatusPathPrefix', 'Folder for files with the status of endpoints.'),
  iptablesMarkMask: field('IptablesMarkMask', pointer(int('uint32', { min: 0, max: 4294967295 })), {
    doc: 'Bits of the packet mark that are Felix’s.',
  }),
  disableConntrackInvalidCheck: flag(
    'DisableConntrackInvalidCheck',
    'Whether packets that conntrack finds invalid pass.',
  ),
};

export const health = {
  healthEnabled: flag('HealthEnabled', 'Whether Felix answers health checks.'),
  healthHost: optional('HealthHost', 'Address for health checks.'),
  healthPort: number('HealthPort', 'TCP port for health checks.'),
  healthTimeoutOverrides: field(
    'HealthTimeoutOverrides',
    list(
      struct('v3.HealthTimeoutOverride', {
        name: field('Name', text(), { always: true, required: true }),
        timeout: field('Timeout', durationSchema(), { always: true, required: true }),
      }),
      { dive: true },
    ),
    { doc: 'How long single parts of Felix may be silent.' },
  ),
};

export const metrics = {
  prometheusMetricsEnabled: flag('PrometheusMetricsEnabled', 'Whether metrics are served.'),
  prometheusMetricsHost: string('PrometheusMetricsHost', 'Address for metrics.'),
  prometheusMetricsPort: number('PrometheusMetricsPort', 'TCP port for metrics.'),
  prometheusGoMetricsEnabled: flag('PrometheusGoMetricsEnabled', 'Whether metrics of the Go runtime are among them.'),
  prometheusProcessMetricsEnabled: flag(
    'PrometheusProcessMetricsEnabled',
    'Whether metrics of the process are among them.',
  ),
  prometheusWireGuardMetricsEnabled: flag(
    'PrometheusWireGuardMetricsEnabled',
    'Whether metrics of WireGuard are among them.',
  ),
  prometheusMetricsCAFile: optional('PrometheusMetricsCAFile', 'Certificate authority of clients that fetch metrics.'),
  prometheusMetricsCertFile: optional('PrometheusMetricsCertFile', 'Certificate with which metrics are served.'),
  prometheusMetricsKeyFile: optional('PrometheusMetricsKeyFile', 'Key of that certificate.'),
  prometheusMetricsClientAuth: optional(
    'PrometheusMetricsClientAuth',
    'What certificate clients that fetch metrics must have.',
    {
      go: 'v3.PrometheusMetricsClientAuthType',
      enum: ['RequireAndVerifyClientCert', 'RequireAnyClientCert', 'VerifyClientCertIfGiven', 'NoClientCert'],
    },
  ),
};

export const usage = {
  usageReportingEnabled: flag('UsageReportingEnabled', 'Whether Calico’s authors are told version and size.'),
  usageReportingInitialDelay: interval('UsageReportingInitialDelay', 'How long after the start they are first told.'),
  usageReportingInterval: interval('UsageReportingInterval', 'How often they are told.'),
};

export const flowLogs = {
  flowLogsFlushInterval: interval('FlowLogsFlushInterval', 'How often flow logs are sent.'),
  flowLogsCollectorDebugTrace: flag('FlowLogsCollectorDebugTrace', 'Whether every step of the collector is logged.'),
  flowLogsGoldmaneServer: optional('FlowLogsGoldmaneServer', 'Where flow logs are sent to.'),
  flowLogsLocalReporter: optional('FlowLogsLocalReporter', 'Whether flow logs go to a socket on the node.', {
    go: 'v3.FlowLogsLocalReporterType',
    enum: ['Disabled', 'Enabled'],
  }),
  flowLogsPolicyEvaluationMode: optional(
    'FlowLogsPolicyEvaluationMode',
    'Whether policies are evaluated again while a flow lasts.',
    { go: 'v3.FlowLogsPolicyEvaluationModeType', enum: ['None', 'Continuous'] },
  ),
};
