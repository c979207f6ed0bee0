/** One tenant: a registered application, an access key of one of its users, and where the tenant lives. */
export interface ReportingTenant {
  /** What the journal calls it. */
  readonly org: string;
  readonly tenantId: string;
  readonly businessUnitId: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly area: string;
  readonly cluster: string;
}

/** Keys that end as real ones do: a client that does not form-encode them is refused. */
export const DEFAULT_REPORTING_TENANT: ReportingTenant = {
  org: 'globex',
  tenantId: '11ee0000-0000-4000-8000-0000000000f1',
  businessUnitId: 4_599_001,
  clientId: 'journey-metrics@simulator',
  clientSecret: 'client+secret/of&the=simulator%2F',
  accessKeyId: 'SIMULATEDACCESSKEYID2345678901234567890123456====',
  accessKeySecret: 'SIMULATEDACCESSKEYSECRET678901234567890123456====',
  area: 'sim1',
  cluster: 'S99',
};
